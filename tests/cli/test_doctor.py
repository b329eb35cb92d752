"""`botswain doctor`: a quiet account is clean; what anybody put awry is printed, with its rule or without."""

from decimal import Decimal

import pytest
from msgspec.structs import replace
from tests.cli.live_bench import Bench, exchange, ladder
from tests.cli.shell import Shell
from tests.sandbox.ports import served
from tests.venues.binance.sandboxed import BUY, desk

from botswain.cli import doctor_run
from botswain.cli.context import Context
from botswain.cli.doctor_run import examined
from botswain.model.errors import BadInput
from botswain.store import accounts
from botswain.venues.binance import requests
from botswain.venues.binance.requests import Grid

GRID = Grid("BTCUSDT", Decimal("0.1"), Decimal("0.001"))


@pytest.fixture
def bench(kernels, tmp_path):
    with served(exchange(kernels)) as site:
        yield Bench(site, kernels, tmp_path)


async def doctor(bench, capsys, crew):
    """What the doctor of another process says: (code, lines)."""
    async with bench.store.reading(None) as tx:
        account = await accounts.by_name(tx, "main")
    capsys.readouterr()
    code = await examined(crew.parts, bench.places, account, 7)
    return code, [line.strip() for line in capsys.readouterr().out.splitlines()]


async def test_a_quiet_account_has_nothing_unexplained_whether_its_bots_run_or_not(bench, capsys):
    async with bench.crew(ladder(on_stop="leave")) as crew:
        await bench.step(crew, 5)
        code, said = await doctor(bench, capsys, crew)
        assert (code, said[0]) == (0, "account main (binance sandbox): 1 bot, one running"), said
        assert said[-1].endswith(" 0 unexplained")
    code, said = await doctor(bench, capsys, crew)
    assert (code, said[0]) == (0, "account main (binance sandbox): 1 bot, none is running")


async def test_fills_while_no_bot_runs_are_explained_until_its_next_start_books_them(bench, capsys):
    async with bench.crew(ladder(on_stop="leave")) as crew:
        await bench.step(crew, 5)
    await bench.site.step_soon(60)
    code, said = await doctor(bench, capsys, crew)
    assert code == 0
    assert any("is booked for one [explained: the bot does not run; its next start" in one for one in said), said
    async with bench.crew(ladder(on_stop="leave")) as crew:
        await crew.fleet.settled()
        code, said = await doctor(bench, capsys, crew)
        assert code == 0
        assert not any("is booked for one" in one for one in said)


async def test_a_foreign_order_is_shown_and_explained(bench, capsys):
    async with bench.crew(ladder()) as crew:
        await bench.step(crew, 3)
        async with desk(bench.site) as hand:
            await hand.write(requests.place(GRID, replace(BUY, price=500, leaves=200), "by-hand"))
        code, said = await doctor(bench, capsys, crew)
        assert code == 0
        found = "by-hand: buy 0.20000000 BTCUSDT works at the venue and is not ours [explained: orders without our"
        assert any(one.startswith(found) for one in said), said


async def test_coins_that_are_gone_are_unexplained(bench, capsys, monkeypatch):
    monkeypatch.setattr(doctor_run, "AGAIN_S", 0.0)
    async with bench.crew(ladder()) as crew:
        await bench.step(crew, 3)
        account = bench.account()
        account.free["BTC"] -= account.free["BTC"] // 2 or 1
        code, said = await doctor(bench, capsys, crew)
        assert code == 1
        assert any(one.startswith("BTC: the account holds ") and one.endswith("[UNEXPLAINED]") for one in said), said


def test_what_it_cannot_look_at_is_refused_in_words(capsys, tmp_path):
    shell = Shell(capsys, tmp_path / "data")
    assert shell.refused("doctor").startswith("there is no database at ")
    (tmp_path / "botswain.db").touch()
    with pytest.raises(BadInput, match="days is 0; write 1 or more"):
        doctor_run.run_doctor(Context(tmp_path), doctor_run.Asked(None, 0, None))
