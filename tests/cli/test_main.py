"""The program's door: help, version, unknown commands, and every way to end."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import click
import pytest
from tests.cli.shell import BOTSWAIN, Shell, typed

from botswain.cli import root as commands
from botswain.cli.context import Context
from botswain.cli.root import COMMANDS, Place, root
from botswain.model.errors import BadInput


@pytest.fixture
def shell(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Shell:
    return Shell(capsys, tmp_path)


def with_command(monkeypatch: pytest.MonkeyPatch, command: click.Command) -> None:
    """Put a command called `try` into the table."""
    module = type(sys)("botswain_tried")
    module.command = command  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "botswain_tried", module)
    monkeypatch.setitem(COMMANDS, "try", Place("botswain_tried:command", "Try it."))


def raising(error: BaseException) -> click.Command:
    @click.command("try")
    def command() -> None:
        raise error

    return command


def test_the_version_is_printed(tmp_path: Path) -> None:
    ended = typed("--version", home=tmp_path)
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.strip() == "botswain, version 0.1.0"


def test_python_with_m_is_the_same_command() -> None:
    done = subprocess.run([sys.executable, "-m", "botswain", "--version"], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("botswain, version ")
    wrong = subprocess.run([sys.executable, "-m", "botswain", "tarde"], capture_output=True, text=True, check=False)
    assert wrong.returncode == 2
    assert "did you mean 'trade'?" in wrong.stderr


def test_help_names_every_command_and_loads_none_of_them(tmp_path: Path) -> None:
    ended = typed("--help", home=tmp_path)
    assert ended.code == 0
    for name, place in COMMANDS.items():
        assert f"  {name}" in ended.out
        assert place.help in ended.out
    heavy = "('numpy', 'polars', 'numba', 'rich', 'talib', 'yaml', 'botswain.cli.data', 'botswain.cli.backtest')"
    code = f"import sys, botswain.main; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("name", ["backtest", "data", "sweep", "optimise"])
def test_the_line_of_help_is_the_one_the_command_has(name: str) -> None:
    command = root.get_command(click.Context(root), name)
    assert command is not None
    assert command.get_short_help_str(200) == COMMANDS[name].help


@pytest.mark.parametrize("name", ["backtest", "sweep", "optimise"])
def test_the_help_of_it_loads_nothing_heavy(name: str) -> None:
    heavy = "('numpy', 'polars', 'numba', 'rich', 'talib', 'optuna', 'distributed')"
    code = f"import sys, botswain.cli.{name}; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_an_unknown_command_names_the_near_one(shell: Shell) -> None:
    assert shell.refused("bakctest") == "command 'bakctest' is unknown; did you mean 'backtest'?"


def test_an_unknown_option_is_refused(shell: Shell) -> None:
    ended = shell("--versoin")
    assert ended.code == 2
    assert "No such option" in ended.err


def test_a_command_that_is_not_installed_fails_only_when_called(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(COMMANDS, "try", Place("botswain.cli.absent:absent", "Absent."))
    assert "Absent." in shell("--help").out
    message = shell.refused("try")
    assert message == (
        "command 'try' is not in this installation (botswain.cli.absent is missing); install botswain again"
    )


def test_a_module_missing_inside_a_command_is_a_fault(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "botswain_broken.py").write_text("import botswain_nowhere\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setitem(COMMANDS, "try", Place("botswain_broken:command", "Broken."))
    ended = shell("try")
    assert ended.code == 70
    assert "ModuleNotFoundError: No module named 'botswain_nowhere'" in ended.err


def test_an_error_for_a_person_is_one_line_and_code_2(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    with_command(monkeypatch, raising(BadInput("size is -1; it must be above zero")))
    assert shell.refused("try") == "size is -1; it must be above zero"


def test_a_fault_is_one_line_and_says_how_to_see_more(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    with_command(monkeypatch, raising(ZeroDivisionError("by zero\nand more")))
    ended = shell("try")
    assert (ended.code, ended.out) == (70, "")
    assert ended.err == (
        "error: a fault in botswain: ZeroDivisionError: by zero; set BOTSWAIN_DEBUG=1 to see where, and report it\n"
    )


def test_a_fault_without_words_is_still_named(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    with_command(monkeypatch, raising(AssertionError()))
    assert "a fault in botswain: AssertionError:" in shell("try").err


def test_debug_shows_the_traceback_of_a_fault(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    with_command(monkeypatch, raising(ZeroDivisionError("by zero")))
    ended = shell("try", debug=True)
    assert ended.code == 70
    assert "Traceback (most recent call last)" in ended.err
    assert "BOTSWAIN_DEBUG" not in ended.err


def test_an_interrupt_ends_with_130(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    with_command(monkeypatch, raising(KeyboardInterrupt()))
    ended = shell("try")
    assert ended.code == 130
    assert "Traceback" not in ended.err
    assert ended.err.strip() == "interrupted"


def test_a_command_ends_with_the_code_it_chose(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    with_command(monkeypatch, raising(click.exceptions.Exit(1)))
    assert shell("try").code == 1


def test_a_command_is_given_the_places_of_the_settings(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Context] = []

    @click.command("try")
    @click.pass_obj
    def command(context: Context) -> None:
        seen.append(context)

    with_command(monkeypatch, command)
    cache = shell.home / "kernels"
    assert shell("try", cache=cache).code == 0
    assert seen == [Context(shell.home, cache)]


def test_output_that_the_terminal_cannot_spell_is_no_fault(tmp_path: Path) -> None:
    script = "import botswain.main as main; main.exit_code = lambda *_: print('5 \\u2588') or 0; main.run()"
    environment = {"PYTHONIOENCODING": "ascii", "PATH": str(BOTSWAIN.parent), "HOME": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, env=environment, check=False)
    assert (done.returncode, done.stdout) == (0, "5 \\u2588\n")


def test_completion_and_help_of_one_command_work(shell: Shell) -> None:
    ended = shell("backtest", "--help")
    assert ended.code == 0
    for option in ("--candles", "--instrument", "--param", "--exit", "--limit", "--sizing", "--start", "--json"):
        assert option in ended.out
    assert commands.root.list_commands(click.Context(root)) == list(COMMANDS)
