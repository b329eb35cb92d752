"""What a bot may be called."""

import pytest

from botswain.model.bot_names import checked_bot_name
from botswain.model.errors import BadInput


@pytest.mark.parametrize(
    "name", ["trend", "BTC ladder 2", "größer", "a" * 64, "x-y_z.1", "BTC/USDT grid", "v1..2", "\u6ce2"]
)
def test_a_line_of_text_is_a_name(name):
    assert checked_bot_name(name) == name


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("", "a bot's name is ''; give it one"),
        ("  ", "a bot's name is '  '; give it one"),
        ("a" * 65, "has 65 characters; use at most 64"),
        ("a\nb", r"bot name 'a\\nb' holds '\\n', which cannot be printed"),
        ("a\x1b[31m", "holds '\\\\x1b', which cannot be printed"),
        ("a\u202eb", "which cannot be printed"),
        (" a", "begins or ends with a space; write 'a'"),
        ("..", r"bot name '\.\.' has no letter and no digit; give it one"),
        ("\u2014", "has no letter and no digit"),
        ("../x", r"bot name '\.\./x' reads like a path to a file"),
        ("x\\..", "reads like a path to a file"),
        ("--speed", "begins with '-', as an option of a command does; write 'speed'"),
    ],
)
def test_other_names_are_refused_with_what_to_write(name, said):
    with pytest.raises(BadInput, match=said):
        checked_bot_name(name)
