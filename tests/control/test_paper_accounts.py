"""What a paper account begins with, as a configuration writes it: checked, written down once, not changed after."""

from decimal import Decimal

import pytest
import yaml
from tests.fakes.fixed_clock import FixedClock

from botswain.control.config import bot_of, read_config, stored_form
from botswain.control.paper_accounts import PaperConfig, opened
from botswain.model.errors import BadInput
from botswain.model.paper import PaperChange, PaperState, PaperTerms
from botswain.store import accounts, paper_books, tenants
from botswain.store.accounts import Account, Environment
from botswain.store.inline import open_memory

TENANT = "01890a5d-ac96-774b-bcce-b302099a8057"
PLAY = Account("01890a5d-ac96-774b-bcce-b302099a8058", "play", "binance", Environment.PAPER, 0)
BOT = {"name": "one", "strategy": "grid", "symbols": ["BTC/USDT"]}
WHERE = {"venue": "binance", "environment": "paper", "account": "play"}
MONEY = {"balances": {"USDT": 10_000}}


def read(tmp_path, market):
    path = tmp_path / "crew.yaml"
    path.write_text(yaml.safe_dump({"market": market, "bots": [BOT]}))
    return read_config(path)


@pytest.mark.parametrize(
    ("market", "said"),
    [
        (WHERE | {"paper": {"balances": {}}}, "balances are empty"),
        (WHERE | {"paper": {"balances": {"usdt": 1}}}, "'usdt', which is no asset"),
        (WHERE | {"paper": {"balances": {"USDT": -1}}}, "balances of USDT are -1"),
        (WHERE | {"paper": {"balances": {"USDT": "much"}}}, "'much' is no number"),
        (WHERE | {"paper": MONEY | {"prices": "moon"}}, "market 'moon' is unknown"),
        (WHERE | {"paper": MONEY | {"port": 9000}}, "port 9000 is given, which only a sandbox has"),
        (WHERE | {"paper": MONEY | {"fee": 1}}, "maker_fee is 1"),
        (WHERE | {"paper": MONEY | {"slippage_bps": -1}}, "slippage_bps is -1"),
        (WHERE | {"paper": MONEY | {"prizes": "live"}}, "did you mean 'prices'"),
        (WHERE | {"environment": "live", "paper": MONEY}, "write environment: paper"),
        (WHERE | {"port": 9000}, "port is 9000, which only a sandbox has"),
        ({"paper": MONEY}, "there is no venue"),
    ],
)
def test_a_paper_market_that_makes_no_sense_is_refused(tmp_path, market, said):
    with pytest.raises(BadInput, match=said):
        read(tmp_path, market)


def test_what_an_account_begins_with_is_no_setting_of_its_bots(tmp_path):
    config = read(tmp_path, WHERE | {"paper": MONEY})
    stored = stored_form(config.bots[0], config.market)
    assert "paper" in stored
    assert "balances" not in stored
    assert bot_of(stored)[1].paper is None
    bare = read(tmp_path, WHERE)
    assert stored_form(bare.bots[0], bare.market) == stored


async def test_an_account_is_opened_once_and_its_terms_stand_as_soon_as_anything_happened():
    store = open_memory(epoch=bytes(16), now_ms=FixedClock()())
    async with store.transaction(None) as tx:
        await tenants.ensure(tx, tenants.Tenant(TENANT, tenants.LOCAL, 0))
    async with store.transaction(TENANT) as tx:
        await accounts.create(tx, PLAY)
        with pytest.raises(BadInput, match="is new: write what it begins with"):
            await opened(tx, PLAY, None)
        await opened(tx, PLAY, PaperConfig({"USDT": 5}))
        wanted = PaperConfig({"USDT": 7, "BTC": "0.5"}, prices="test", slippage_bps="1.5")
        made = await opened(tx, PLAY, wanted)
        assert made == PaperTerms("test", 0, {"USDT": Decimal(7), "BTC": Decimal("0.5")}, slippage_bps=Decimal("1.5"))
        assert await opened(tx, PLAY, None) == made
        assert (await accounts.get(tx, PLAY.id)).prices is Environment.TEST
        assert (await paper_books.loaded(tx, PLAY.id)).state.balances == made.start
        state = PaperState(balances=made.start)
        await paper_books.write(tx, PLAY.id, PaperChange(), state, 1)
        assert await opened(tx, PLAY, wanted) == made
        with pytest.raises(BadInput, match=r"opened with other terms \(prices test, 7 USDT, 0.5 BTC"):
            await opened(tx, PLAY, PaperConfig({"USDT": 8}))
