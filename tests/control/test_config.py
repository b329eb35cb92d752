"""CONFIG.yaml is read word by word: what is wrong is named with its value and what to write instead."""

from decimal import Decimal
from fractions import Fraction

import msgspec
import pytest

from botswain.control.config import BotConfig, MarketConfig, bot_of, plan_of, read_config, stored_form
from botswain.control.share_actions import ActionConfig
from botswain.model.actions import ShareAction
from botswain.model.charges import Holding
from botswain.model.errors import BadInput
from botswain.model.instrument import Instrument
from botswain.model.slippage import Slippage

GOOD = """
market:
  seed: 5
  prices: {BTC/USDT: 60000}
bots:
  - name: one
    strategy: sma_crossover
    symbols: [BTC/USDT]
    params: {fast: 5, slow: 12}
    capital: 1000.10
    fee: 0.0004
    sizing: {kind: percent, size: 0.3}
    exits: {stop_loss: 0.01}
    limits: {max_daily_loss: 0.05}
    instruments: {BTC/USDT: {min_notional: 5, shortable: yes, fee_precision: 4}}
"""
RULES = {"BTC/USDT": Instrument("BTC/USDT", Decimal("0.1"), Decimal("0.00001"))}


def written(tmp_path, text):
    path = tmp_path / "config.yaml"
    path.write_text(text)
    return path


def read_bot(tmp_path, text=GOOD):
    return read_config(written(tmp_path, text)).bots[0]


def test_numbers_keep_the_decimals_they_were_written_with(tmp_path):
    plan = plan_of(read_bot(tmp_path), RULES, 60_000)
    assert plan.capital == Decimal("1000.10")
    assert plan.instruments[0].taker_fee == plan.instruments[0].maker_fee == Decimal("0.0004")
    assert plan.exits == {"stop_loss": Decimal("0.01")}
    assert plan.sizing.size == Decimal("0.3")
    [one] = plan.instruments
    assert (one.min_notional, one.shortable, one.fee_precision, one.tick_size) == (Decimal(5), True, 4, Decimal("0.1"))


def test_sizes_that_do_not_compound_are_read_and_kept(tmp_path):
    read = read_bot(tmp_path, GOOD.replace("size: 0.3}", "size: 0.3, compounding: no}"))
    assert not plan_of(read, RULES, 60_000).sizing.compounding
    assert plan_of(read_bot(tmp_path), RULES, 60_000).sizing.compounding
    assert bot_of(stored_form(read, MarketConfig()))[0].sizing == read.sizing


def test_a_model_of_slippage_is_read_and_kept(tmp_path):
    said = "slippage_bps: 2\n    slippage: {model: impact, factor: 0.8, period: 50, most_bps: 200}"
    read = read_bot(tmp_path, GOOD.replace("capital: 1000.10", said))
    assert plan_of(read, RULES, 60_000).slippage == Slippage(Decimal(2), "impact", Decimal("0.8"), 50, Decimal(200))
    assert bot_of(stored_form(read, MarketConfig()))[0].slippage == read.slippage
    with pytest.raises(BadInput, match="slippage: key 'modl' is unknown; did you mean 'model'"):
        read_bot(tmp_path, GOOD.replace("capital: 1000.10", "slippage: {modl: impact}"))


def test_what_holding_costs_is_read_and_kept(tmp_path):
    said = GOOD + "    holding: {funding_rate: 0.0001, funding_hours: 4, borrow_rate: 0.03}\n"
    read = read_bot(tmp_path, said)
    holding = plan_of(read, RULES, 60_000).holding
    assert holding == Holding(Decimal("0.0001"), 4, Decimal("0.03"))
    assert bot_of(stored_form(read, MarketConfig()))[0].holding == read.holding
    assert not plan_of(read_bot(tmp_path), RULES, 60_000).holding.any


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("holding: {funding_rate: 2}", "bot 'one': funding rate of holding is 2; write a fraction between -1 and 1"),
        ("holding: {funding_rate: much}", "holding funding_rate is 'much'; write a number"),
        ("holding: {funding_hours: 7}", "funding_hours is 7; write hours that divide a day"),
        ("holding: {borrow_rate: -1}", "borrow rate of holding is -1; write a fraction a year from 0 to 100"),
        ("holding: {borrow: 1}", "holding: key 'borrow' is unknown"),
    ],
)
def test_what_holding_cannot_cost_is_refused(text, message, tmp_path):
    with pytest.raises(BadInput) as refused:
        read_bot(tmp_path, GOOD + f"    {text}\n")
    assert message in str(refused.value)


def test_holding_at_a_venue_and_of_what_nobody_can_borrow_is_refused(tmp_path):
    rates, funding = "    holding: {borrow_rate: 0.03}\n", "    holding: {funding_rate: 0.0001}\n"
    made_up, venue = "  seed: 5\n  prices: {BTC/USDT: 60000}", "  {venue: binance, environment: %s}"
    with pytest.raises(BadInput, match="on an account at a venue nothing is charged but fees; leave it out"):
        read_bot(tmp_path, GOOD.replace(made_up, venue % "test") + funding)
    with pytest.raises(
        BadInput, match=r"borrow_rate is 0\.03, and on a paper account at a venue's prices nobody can be"
    ):
        read_bot(tmp_path, GOOD.replace(made_up, venue % "paper") + rates)
    assert read_bot(tmp_path, GOOD.replace(made_up, venue % "paper") + funding).holding.funding_rate == "0.0001"
    with pytest.raises(BadInput, match="none of BTC/USDT can be sold short here"):
        plan_of(read_bot(tmp_path, GOOD.replace("shortable: yes, ", "") + rates), RULES, 60_000)
    in_base = GOOD.replace("shortable: yes, fee_precision: 4", "shortable: yes, fee_asset: BTC")
    with pytest.raises(BadInput, match="fees of BTC/USDT are taken in BTC"):
        plan_of(read_bot(tmp_path, in_base + rates), RULES, 60_000)


def test_odds_are_read_and_kept(tmp_path):
    said = "kind: kelly, size: 0.5, odds: {win_rate: 0.55, payoff: 1.5}}"
    read = read_bot(tmp_path, GOOD.replace("kind: percent, size: 0.3}", said))
    assert plan_of(read, RULES, 60_000).sizing.share == Fraction(1, 8)
    assert bot_of(stored_form(read, MarketConfig()))[0].sizing == read.sizing


def test_over_how_many_candles_volatility_looks_is_read_and_kept(tmp_path):
    read = read_bot(tmp_path, GOOD.replace("kind: percent, size: 0.3}", "kind: volatility, size: 0.02, period: 14}"))
    assert plan_of(read, RULES, 60_000).sizing.period == 14
    assert bot_of(stored_form(read, MarketConfig()))[0].sizing == read.sizing


def test_stored_settings_come_back_and_do_not_depend_on_the_order_they_were_written_in(tmp_path):
    config = read_config(written(tmp_path, GOOD))
    text = stored_form(config.bots[0], config.market)
    assert bot_of(text) == (config.bots[0], config.market)
    turned = GOOD.replace("{fast: 5, slow: 12}", "{slow: 12, fast: 5}")
    assert stored_form(read_bot(tmp_path, turned), config.market) == text


def test_a_parameter_that_is_data_may_be_written_as_it_is(tmp_path):
    nested = GOOD.replace("sma_crossover", "indicator_rules").replace(
        "{fast: 5, slow: 12}", "{rules: {RSI: {period: 9, oversold: 30.5}}, confirm: 2}"
    )
    quoted = nested.replace("{RSI: {period: 9, oversold: 30.5}}", """'{"RSI": {"oversold": "30.5", "period": 9}}'""")
    plans = [plan_of(read_bot(tmp_path, text), RULES, 60_000) for text in (nested, quoted)]
    assert [one.strategy.values["rules"] for one in plans] == ['{"RSI":{"oversold":"30.5","period":9}}'] * 2
    [rule] = plans[0].strategy.lists[0].groups[0].rules
    assert (rule.right.number, plans[0].strategy.confirm) == (30.5, 2)
    stored = stored_form(read_bot(tmp_path, nested), MarketConfig())
    assert plan_of(bot_of(stored)[0], RULES, 60_000).strategy.values == plans[0].strategy.values


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("market:", "markt:", "key 'markt' is unknown; did you mean 'market'?"),
        ("  seed: 5", "  sed: 5", "market: key 'sed' is unknown; did you mean 'seed'?"),
        ("    capital:", "    captal:", "bots 1: key 'captal' is unknown; did you mean 'capital'?"),
        ("kind: percent", "knd: percent", "bots 1, sizing: key 'knd' is unknown; did you mean 'kind'?"),
        ("name: one", "nme: one", "bots 1: key 'nme' is unknown; did you mean 'name'?"),
        ("    strategy: sma_crossover\n", "", "bots 1 has no 'strategy'; write strategy: ..."),
        ("seed: 5", "seed: 010", "config.yaml: 010 in line 3 means 8 in YAML; write the number, or a text in quotes"),
        ("slow: 12}", "slow: 1:30}", "1:30 in line "),
        ("slow: 12}", "slow: -1:30}", "-1:30 in line "),
        ("slow: 12}", "slow: 0_12}", "0_12 in line "),
        pytest.param(
            "seed: 5", f"seed: 1{'0' * 5_000}", "the number in line 3 has 5001 digits; write fewer", id="long"
        ),
        ("seed: 5", "seed: five", "market seed is 'five'; write a whole number or nothing"),
        ("seed: 5", "seed: -1", "market: seed is -1; write 0 or more"),
        (
            "seed: 5",
            "seed: 5\n  replay: {BTC/USDT: x.csv}",
            "market: seed is 5 and replay names BTC/USDT; a market is one",
        ),
        ("seed: 5", "seed: 5\n  candles: -2", "market: candles is -2; write 0 (without end) or more"),
        ("seed: 5", "seed: 5\n  volatility: -0.5", "market: volatility is -0.5; write the standard deviation"),
        ("seed: 5", "seed: 5\n  volatility: nan", "market: volatility is nan; write the standard deviation"),
        ("seed: 5", "seed: 5\n  timeframe: 1x", "'1x'"),
        ("symbols: [BTC/USDT]", "symbols: BTC/USDT", "bots 1 symbols is 'BTC/USDT'; write a list such as [a, b]"),
        ("symbols: [BTC/USDT]", "symbols: []", "bot 'one' has no symbols"),
        ("symbols: [BTC/USDT]", "symbols: [BTC/USDT, BTC/USDT]", "bot 'one' names symbol BTC/USDT twice"),
        ("params: {fast: 5, slow: 12}", "params: [5, 12]", "bots 1 params is [5, 12]; write names with values"),
        ("{kind: percent, size: 0.3}", "percent", "bots 1, sizing: expected names with values, found 'percent'"),
    ],
)
def test_a_wrong_word_is_named_with_what_to_write(old, new, message, tmp_path):
    assert old in GOOD
    path = written(tmp_path, GOOD.replace(old, new))
    with pytest.raises(BadInput) as refused:
        read_config(path)
    assert message in str(refused.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "expected names with values, found nothing; write bots: ..."),
        ("- 1", "expected names with values, found [1]; write bots: ..."),
        (
            "bots:\n  - name: a\n    sizing:",
            "bots 1, sizing: expected names with values, found nothing; write kind: ...",
        ),
        ("bots:\n  - {name: a, strategy: grid, symbols: }", "bots 1 symbols is nothing; write a list such as [a, b]"),
        ("bots: [1, 2", "is not YAML"),
        ("bots:\n\t- x", "(line 2)"),
        ("bots: []", "has no bots; list at least one under bots"),
        ("market: {seed: 1}", "has no 'bots'; write bots: ..."),
        ("bots: {a: 1}", "key 'a' is unknown"),
        ("bots: []\nmarket: {seed: 1}\nbots: []", "bots is given twice, in lines 1 and 3; give it once"),
        (
            "bots:\n  - name: a\n    limits: {max_drawdown: 0.2}\n    limits: {}",
            "limits is given twice, in lines 3 and 4",
        ),
    ],
)
def test_a_file_that_is_no_configuration_is_refused(text, message, tmp_path):
    with pytest.raises(BadInput) as refused:
        read_config(written(tmp_path, text))
    assert message in str(refused.value)


def test_two_bots_of_one_name_are_refused(tmp_path):
    twice = GOOD + GOOD.partition("bots:\n")[2]
    with pytest.raises(BadInput, match="bot name 'one' is used twice; give every bot its own"):
        read_config(written(tmp_path, twice))


def test_a_missing_file_a_folder_and_bytes_that_are_no_text_are_refused(tmp_path):
    with pytest.raises(BadInput, match=r"nowhere\.yaml cannot be read \(No such file or directory\)"):
        read_config(tmp_path / "nowhere.yaml")
    with pytest.raises(BadInput, match="cannot be read"):
        read_config(tmp_path)
    path = tmp_path / "config.yaml"
    path.write_bytes(b"bots: \xff\xfe")
    with pytest.raises(BadInput, match=r"is not text: byte 0xff at 6 is not UTF-8; name a YAML file"):
        read_config(path)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "strategy: sma_crossover",
            "strategy: sma_crosover",
            "strategy 'sma_crosover' is unknown; did you mean 'sma_c",
        ),
        ("{fast: 5,", "{fst: 5,", "has no parameter 'fst'; did you mean 'fast'?"),
        ("{fast: 5,", "{fast: 20000,", "20000"),
        ("symbols: [BTC/USDT]", "symbols: [BTC/USD]", "the market has no symbol 'BTC/USD'; did you mean 'BTC/USDT'?"),
        ("capital: 1000.10", "capital: much", "capital is 'much'; write a number"),
        ("capital: 1000.10", "capital: inf", "write a finite number"),
        ("capital: 1000.10", "capital: 0", "capital is 0; it must be above zero"),
        ("fee: 0.0004", "fee: yes", "fee is True; write a number"),
        ("size: 0.3", "size: 0", "size is 0; it must be above zero"),
        ("kind: percent", "kind: percnt", "sizing 'percnt' is unknown; did you mean 'percent'?"),
        ("{BTC/USDT: {min", "{BTC/USD: {min", "instruments names 'BTC/USD', which it does not trade; did you mean"),
        ("{min_notional", "{min_notionl", "key 'min_notionl' is unknown; did you mean 'min_notional'?"),
        ("shortable: yes", "shortable: maybe", "shortable is 'maybe'; write true or false"),
        ("fee_precision: 4", "fee_precision: 4.5", "fee_precision is '4.5'; write a whole number"),
        ("min_notional: 5", "tick_size: 0", "tick_size is 0; it must be above zero"),
        ("min_notional: 5", "max_qty: 0.000001", "max_qty is 0.000001, below one lot, 0.00001: no order could be sent"),
        ("capital: 1000.10", "slippage_bps: 0.00001", "slippage is 0.00001 bps; at most 4 decimals are kept"),
        ("capital: 1000.10", "slippage: {model: impct}", "slippage model 'impct' is unknown; did you mean 'impact'?"),
        ("capital: 1000.10", "slippage: {factor: two}", "slippage factor is 'two'; write a number"),
        ("max_daily_loss: 0.05", "cooldown_ms: 5000", "cooldown_ms is 5000 and max_consecutive_losses is not set"),
        ("max_daily_loss: 0.05", "max_consecutive_losses: 3", "max_consecutive_losses is 3 and cooldown_ms is not set"),
    ],
)
def test_a_wrong_value_is_named_when_the_plan_is_made(old, new, message, tmp_path):
    assert old in GOOD
    with pytest.raises(BadInput) as refused:
        plan_of(read_bot(tmp_path, GOOD.replace(old, new)), RULES, 60_000)
    assert message in str(refused.value)


def test_without_settings_of_its_own_a_bot_has_the_usual_ones():
    plan = plan_of(BotConfig(name="a", strategy="grid", symbols=["BTC/USDT"]), RULES, 60_000)
    assert (plan.capital, plan.sizing.kind, plan.sizing.size, plan.slippage.bps) == (10_000, "percent", 1, 0)
    assert plan.instruments[0].taker_fee == Decimal("0.001")
    assert MarketConfig().frame == "1m"


def listed(folder, text="date,dividend,split\n2020-08-31,,4:1\n2020-11-06,0.205,\n"):
    """A file of actions beside the configuration."""
    (folder / "told.csv").write_text(text)
    return GOOD + "    actions: {BTC/USDT: told.csv}\n"


def test_what_is_done_to_shares_is_read_from_its_file_and_kept(tmp_path):
    read = read_bot(tmp_path, listed(tmp_path))
    told = (1_598_846_400_000, 1_604_638_800_000)
    assert plan_of(read, RULES, 60_000).shares == (
        ShareAction("BTC/USDT", told[0], Fraction(4)),
        ShareAction("BTC/USDT", told[1], dividend=Decimal("0.205")),
    )
    # What is kept needs no file any more.
    (tmp_path / "told.csv").unlink()
    kept = bot_of(stored_form(read, MarketConfig()))[0]
    assert kept == read
    assert plan_of(kept, RULES, 60_000).share_splits
    assert plan_of(read_bot(tmp_path), RULES, 60_000).shares == ()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("actions: told.csv", "actions is 'told.csv'; write a file for each symbol, such as actions: {AAPL/USD: "),
        ("actions: {BTC/USDT: [1]}", "actions of BTC/USDT is [1]; write the name of a file of splits and dividends"),
        ("actions: {BTC/USDT: none.csv}", "none.csv"),
        ("actions: {ABC/USD: told.csv}", "bot 'one': actions names 'ABC/USD', which it does not trade"),
    ],
)
def test_what_cannot_be_done_to_shares_is_refused(text, message, tmp_path):
    listed(tmp_path)
    with pytest.raises(BadInput) as refused:
        plan_of(read_bot(tmp_path, GOOD + f"    {text}\n"), RULES, 60_000)
    assert message in str(refused.value)


def test_actions_that_are_given_twice_at_a_venue_or_of_what_is_no_share_are_refused(tmp_path):
    twice = "date,dividend,split\n2020-08-31,,4:1\n2020-08-31,,4:1\n"
    with pytest.raises(BadInput, match="an action of BTC/USDT, of 2020-08-31T04:00:00Z, is given twice; give it once"):
        plan_of(read_bot(tmp_path, listed(tmp_path, twice)), RULES, 60_000)
    good, made_up = listed(tmp_path), "  seed: 5\n  prices: {BTC/USDT: 60000}"
    with pytest.raises(BadInput, match="no venue that is reached trades shares; leave actions out"):
        read_bot(tmp_path, good.replace(made_up, "  {venue: binance, environment: paper}"))
    in_base = good.replace("shortable: yes, fee_precision: 4", "shortable: yes, fee_asset: BTC")
    with pytest.raises(BadInput, match="whose fees are taken in BTC: that is no share"):
        plan_of(read_bot(tmp_path, in_base), RULES, 60_000)
    kept = msgspec.structs.replace(read_bot(tmp_path, good), actions={"BTC/USDT": [ActionConfig(1, dividend="x")]})
    with pytest.raises(BadInput, match="dividend of BTC/USDT is 'x'; write cash for one share"):
        plan_of(kept, RULES, 60_000)
    slips = good.replace("capital: 1000.10", "slippage: {model: impact, period: 50}")
    with pytest.raises(BadInput, match="goes by closed candles, and a split makes"):
        plan_of(read_bot(tmp_path, slips), RULES, 60_000)
