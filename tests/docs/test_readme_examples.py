"""The README's Python example runs as it stands, and its YAML is a configuration the engine takes."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from botswain.control.config import read_config

README = Path(__file__).parents[2] / "README.md"


def block(language: str) -> str:
    """The README's one block in a language."""
    (found,) = re.findall(rf"```{language}\n(.*?)```", README.read_text(), re.DOTALL)
    return str(found)


def test_the_strategy_of_the_readme_runs_and_reports(tmp_path: Path) -> None:
    path = tmp_path / "example.py"
    path.write_text(block("python"))
    made = subprocess.run([sys.executable, path], capture_output=True, text=True, env=os.environ, check=False)
    assert made.returncode == 0, made.stderr
    assert re.fullmatch(r"[0-9.]+ [0-9]+ fills\n", made.stdout)


def test_the_configuration_of_the_readme_is_taken(tmp_path: Path) -> None:
    path = tmp_path / "bots.yaml"
    path.write_text(block("yaml"))
    config = read_config(path)
    assert [(bot.name, bot.strategy) for bot in config.bots] == [("ladder", "grid")]
