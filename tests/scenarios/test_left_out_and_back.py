"""A bot is taken out of the crew file for a while, and put back: it says what it missed, and trades on from there."""

from tests.cli.crew_file import LADDER, MARKET, TREND, crew_file, what_happened
from tests.cli.shell import Shell

FAST = ("--plain", "--speed", "0")


def test_a_bot_put_back_into_the_crew_says_what_it_missed_and_is_recomputed_alike(tmp_path, capsys):
    shell = Shell(capsys, tmp_path / "data")
    both = crew_file(tmp_path, MARKET | {"candles": 60})
    assert shell("trade", both, *FAST, "--candles", "20").code == 0
    alone = crew_file(tmp_path, MARKET | {"candles": 60}, [LADDER])
    assert shell("trade", alone, *FAST, "--candles", "20").code == 0
    ended = shell("replay", "trend")
    assert (ended.code, ended.out.splitlines()[-1]) == (0, "0 differences")
    assert "or they went by without it, and botswain trade books what filled meanwhile" in ended.out

    orders = [one for one in what_happened(shell.home)["orders"] if one[0] == "trend"]
    both = crew_file(tmp_path, MARKET | {"candles": 60}, [TREND, LADDER])
    back = shell("trade", both, *FAST)
    assert (back.code, back.err) == (0, "")
    first, told, *_ = back.out.splitlines()
    assert first == "recovered 40 candles from the journal; going on"
    assert told.startswith("trend: was away and missed ")
    assert " candles from 2026-01-01 00:2" in told
    assert " to 2026-01-01 00:39; " in told
    assert "filled meanwhile" in told
    assert "ladder: was away" not in back.out
    assert len(orders) < sum(one[0] == "trend" for one in what_happened(shell.home)["orders"])
    for bot in ("trend", "ladder"):
        ended = shell("replay", bot)
        assert (ended.code, len(ended.out.splitlines())) == (0, 3), ended
    assert "was away" not in shell("trade", both, *FAST).out
