"""The live view in a real terminal: trade and demo, in 80 and in 120 columns, stopped with Ctrl-C."""

import os
import re

import pexpect
import pytest
from tests.cli.crew_file import crew_file
from tests.cli.shell import BOTSWAIN, KERNELS

PATIENCE_S = 120
ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def terminal(home, width, height, *arguments):
    """A command in a pseudo terminal of a size."""
    told = {"TERM": "xterm-256color", "COLUMNS": str(width), "LINES": str(height)}
    told |= {"BOTSWAIN_DATA_DIR": str(home), "BOTSWAIN_CACHE_DIR": str(KERNELS)}
    kept = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "FORCE_COLOR")}
    size = (height, width)
    # A terminal echoes ^C wherever it comes, inside a character too.
    codec = {"encoding": "utf-8", "codec_errors": "replace"}
    return pexpect.spawn(
        str(BOTSWAIN), list(map(str, arguments)), env=kept | told, dimensions=size, timeout=PATIENCE_S, **codec
    )


def last_frame(text, title):
    """The last thing drawn, as lines without colours."""
    plain = ESCAPES.sub("", text).replace("\r", "")
    return plain[plain.rindex(title) :].splitlines()


def shows_all(lines, width):
    """Price, position, working orders, fills and why are there, and no line is longer than the terminal."""
    text = "\n".join(lines)
    for word in ("price", "position", "entry", "working ", "fills ", "why", "buy", "USDT", "UTC"):
        assert word in text, f"{word!r} is missing in\n{text}"
    assert max(len(line) for line in lines) <= max(width, 79)
    assert not re.search(r"\d…", text)


@pytest.mark.parametrize("width", [80, 120])
def test_trade_shows_price_position_orders_fills_and_why(width, tmp_path):
    child = terminal(tmp_path / "data", width, 44, "trade", crew_file(tmp_path), "--speed", "0", "--candles", "120")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0
    lines = last_frame(child.before, "botswain trade  ")
    boxes = [line for line in lines if line.startswith(("╭", "│", "╰"))]
    assert {len(line) for line in boxes} == {width}
    shows_all(boxes + lines[:1], width)
    assert any(line.startswith("trend: equity ") for line in lines)


def test_demo_moves_and_stops_on_ctrl_c(tmp_path):
    child = terminal(tmp_path / "data", 80, 44, "demo", "--speed", "6000")
    child.expect("fills [1-9][0-9]*")
    child.expect("fills [1-9][0-9]*")
    child.sendcontrol("c")
    child.expect("stopped; orders stay as they are. The same command goes on from here.")
    child.expect("botswain replay trend-11 --database")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0
