"""Every bot has a page with its settings as they are, and a picture of it at work."""

import subprocess
import sys
from pathlib import Path

import pytest

from botswain.strategies.catalog import PLACES

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", sorted(PLACES))
def test_a_bot_has_a_page_that_says_when_it_makes_and_when_it_loses_money(name):
    page = (ROOT / f"docs/bots/{name}.md").read_text("utf-8")
    picture = ROOT / f"docs/images/bots/{name}.svg"
    assert f"](../images/bots/{name}.svg)" in page
    assert picture.read_text("utf-8").count('class="buy"') > 1
    assert "makes money" in page
    assert "lose" in page


def test_the_settings_on_the_pages_are_those_of_the_bots():
    """Where this fails: python tools/bot_pages.py."""
    asked = [sys.executable, str(ROOT / "tools/bot_pages.py"), "--check"]
    ended = subprocess.run(asked, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout) == (0, "")
