"""Bots over HTTP: made, shown, changed, wanted otherwise, put away; and every refusal with the field at fault."""

import asyncio

import pytest
from tests.api.door import API, problem_of, stored

from botswain.api.schemas.bots import Bot, Edition
from botswain.control.config import bot_of
from botswain.store import bot_editions, halts

BOTS = f"{API}/bots"
MINUTE_MS = 60_000
DAY_MS = 86_400_000
WINDOW = {
    "start": "09:30", "end": "16:00", "days": [1, 2, 3], "time_zone": "America/New_York",
    "hours": "", "calendar": "", "at_end": "cancel_entries", "minutes_before": 5,
}  # fmt: skip


async def get(client, bot):
    answer = await client.get(f"{BOTS}/{bot['id']}")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def row_of(door, bot_id):
    async with door.store.reading(None) as tx:
        return await bot_editions.find(tx, bot_id)


async def test_a_bot_is_made_with_all_its_settings_and_shown_as_it_was_given(door, client):
    settings = door.settings(
        timeframe="5m",
        sizing={"kind": "fixed_quote", "size": "50", "compounding": False, "odds": {}, "period": 0},
        exits={"stop_loss": "0.02"},
        limits={"max_daily_loss": "0.05"},
        on_stop="flatten",
        react="at_close",
        trading_frequency_s=0,
        trading_window=WINDOW,
        holding={"funding_rate": "0", "funding_hours": 8, "borrow_rate": "0"},
    )
    made = await client.post(BOTS, json=settings | {"name": "ladder"})
    assert made.status_code == 201
    shown = Bot.model_validate(made.json())
    assert shown.settings.model_dump() == settings
    assert (shown.state, shown.desired_state, shown.edition, shown.version) == ("stopped", "stopped", 1, 1)
    assert (shown.equity, shown.profit, shown.sparkline, shown.quote) == (None, None, [], "USDT")
    config, market = bot_of((await row_of(door, shown.id)).config)
    assert (config.name, config.trading_window.days) == ("ladder", (1, 2, 3))
    assert (market.venue, market.environment, market.account, market.timeframe) == (
        "binance",
        "sandbox",
        "admin's",
        "5m",
    )


async def test_a_bot_that_is_to_start_is_wanted_to_run_and_engines_are_told(door, client):
    async with door.store.reading(None) as tx:
        before = (await halts.standing(tx)).changes
    made = await door.made(client, start=True)
    assert (made["state"], made["desired_state"]) == ("starting", "running")
    assert [one["code"] for one in made["attention"]] == ["nobody_runs_it"]
    async with door.store.reading(None) as tx:
        assert (await halts.standing(tx)).changes == before + 1


ONE_SIDE = {"entry_long": [{"left": "RSI(14)", "is": "below", "right": 30}]}
REFUSED = [
    ({"trading_frequency_s": 60}, "/trading_frequency_s", "trading_frequency_s is 60, and a candle lasts 60 s"),
    ({"timeframe": "5m", "trading_frequency_s": 301}, "/trading_frequency_s", "choose a longer timeframe"),
    ({"strategy": "gird"}, "/strategy", "did you mean 'grid'"),
    ({"strategy": "evil.py"}, "/strategy", "of your own"),
    ({"parameters": {"levels": 900}}, "/parameters/levels", "900"),
    ({"parameters": {"levles": 9}}, "/parameters/levles", "did you mean 'levels'"),
    ({"parameters": {"lower": 5}}, "/parameters/lower", "give both"),
    ({"parameters": {"levels": 10, "step": 0.0001}}, "/parameters/step", "does not pay"),
    ({"parameters": {"levels": 500, "lower": 59999, "upper": 60001}}, "/parameters/levels", "two lines"),
    ({"symbols": ["BTC/USDT", "BTC/USD"]}, "/symbols/1", "did you mean 'BTC/USDT'"),
    (
        {"symbols": ["NOPE/USDT"]},
        "/symbols/0",
        "the venue does not list 'NOPE/USDT'; known: BTC/USDT, ETH/BTC, ETH/USDT",
    ),
    ({"symbols": ["ethbtc"]}, "/symbols/0", "did you mean 'ETH/BTC'?"),
    ({"symbols": ["BTC/USDT", "BTC/USDT"]}, "/symbols/1", "twice"),
    ({"symbols": ["BTC/USDT", "ETH/BTC"]}, "/symbols/1", "one quote"),
    ({"capital": "-1"}, "/capital", "above zero"),
    ({"capital": "1" + "0" * 29}, "/capital", "USDT can be counted; write less"),
    (
        {"capital": "0.00000001"},
        "/capital",
        "and the venue takes no order in BTC/USDT worth",
    ),
    ({"capital": "4.99"}, "/capital", "less than 5 USDT, so it would never trade; write 5 or more"),
    ({"sizing": {"kind": "percent", "size": "9"}}, "/sizing/size", "size is 9 (900 %) of its capital, and on spot"),
    ({"sizing": {"kind": "percent", "size": "5"}}, "/sizing/size", "at most 1 (100 %), or 0.05 (5 %) if that is meant"),
    ({"sizing": {"kind": "risk", "size": "0.1"}}, "/sizing/kind", "does not fit grid"),
    ({"sizing": {"kind": "percent", "size": "-1"}}, "/sizing/size", "above zero"),
    ({"sizing": {"kind": "percent", "size": "1.5", "compounding": False}}, "/sizing/size", "leave compounding on"),
    ({"sizing": {"kind": "kelly", "size": "1"}}, "/sizing/kind", "needs odds"),
    ({"sizing": {"kind": "kelly", "odds": {"win_rate": "0.4", "payoff": "1"}}}, "/sizing/odds", "lose in the end"),
    ({"sizing": {"kind": "kelly", "odds": {"win_rat": "0.4"}}}, "/sizing/odds", "did you mean 'win_rate'"),
    ({"sizing": {"kind": "percent", "period": 20}}, "/sizing/period", "has no use for it"),
    ({"sizing": {"kind": "volatility", "size": "0.1"}}, "/sizing/kind", "does not fit grid"),
    ({"exits": {"take_profit_2": "0.1"}}, "/exits/take_profit_1", "number the targets from 1"),
    ({"exits": {"roi_5": "0.1", "roi_9": "0.2"}}, "/exits/roi_9", "a target falls"),
    ({"exits": {"roi_x": "0.1"}}, "/exits/roi_x", "unknown"),
    ({"exits": {"trailing_activation": "0.1"}}, "/exits/trailing_activation", "set the exit trailing_stop too"),
    (
        {"strategy": "sma_crossover", "parameters": {}, "sizing": {"kind": "risk", "size": "0.1"}},
        "/exits/stop_loss",
        "needs a stop-loss",
    ),
    ({"strategy": "sma_crossover", "parameters": {"fast": 9, "slow": 5}}, "/parameters/fast", "below slow"),
    ({"strategy": "indicator_rules", "parameters": {"rules": {"RSY": {}, "RSI": {}}}}, "/parameters/rules", "'RSI'?"),
    ({"strategy": "indicator_rules", "parameters": {"rules": '{"RSI": '}}, "/parameters/rules", "not JSON"),
    (
        {"strategy": "indicator_rules", "parameters": {"direction": "both", "rules": ONE_SIDE}},
        "/parameters/rules",
        "no",
    ),
    (
        {"strategy": "indicator_rules", "timeframe": "1h", "parameters": {"rules": {"RSI": {"timeframe": "5m"}}}},
        "/parameters/rules",
        "timeframe 5m is not made of whole candles of 1h",
    ),
    (
        {"strategy": "momentum", "parameters": {"filter_symbol": "BTC/USD"}},
        "/parameters/filter_symbol",
        "reads BTC/USD, and the venue does not list it",
    ),
    ({"strategy": "momentum", "parameters": {"filter_symbol": "BTC"}}, "/parameters/filter_symbol", "such as BTC/USDT"),
    (
        {"strategy": "momentum", "parameters": {"filter_symbol": "btc/usdt"}},
        "/parameters",
        "reads BTC/USDT as another symbol, and that is the one it trades",
    ),
    (
        {
            "strategy": "indicator_rules",
            "parameters": {"rules": {"entry_long": [{**ONE_SIDE["entry_long"][0], "symbol": "btc/usd"}]}},
        },
        "/parameters/rules",
        "reads BTC/USD",
    ),
    ({"exits": {"stop_loss": "2"}}, "/exits/stop_loss", "2"),
    ({"exits": {"stop": "0.1"}}, "/exits/stop", "unknown"),
    ({"limits": {"max_daily_loss": "-1"}}, "/limits/max_daily_loss", "-1"),
    ({"limits": {"cooldown_ms": "5"}}, "/limits/cooldown_ms", "max_consecutive_losses"),
    ({"timeframe": "7m"}, "/timeframe", "7m"),
    ({"trading_window": WINDOW | {"time_zone": "Mars/Olympus"}}, "/trading_window/time_zone", "Mars/Olympus"),
    ({"trading_window": WINDOW | {"time_zone": "../etc"}}, "/trading_window/time_zone", "../etc"),
    ({"trading_window": WINDOW | {"end": "09:30"}}, "/trading_window/end", "leave it out"),
    ({"trading_window": WINDOW | {"days": []}}, "/trading_window/days", "no day"),
    ({"trading_window": {"hours": "09:30-16:00 New Yrk"}}, "/trading_window/hours", "did you mean 'America/New_York'"),
    ({"trading_window": {"calendar": "XNYC"}}, "/trading_window/calendar", "did you mean 'XNYS'"),
    ({"trading_window": {"hours": "09:00-09:05", "at_end": "flatten"}}, "/trading_window/hours", "never open"),
    ({"timeframe": "1h", "trading_window": {"hours": "09:10-09:50"}}, "/trading_window/hours", "no candle of 3600 s"),
    ({"account_id": "nowhere"}, "/account_id", "nowhere"),
]


@pytest.mark.parametrize(("change", "field", "said"), REFUSED, ids=[f"{one[1]} {one[2]}" for one in REFUSED])
async def test_settings_that_would_not_start_are_refused_at_their_field(door, client, change, field, said):
    settings = door.settings(**change)
    for path, body, at in (
        ("/preview", settings, field),
        ("", settings | {"name": "ladder"}, field),
    ):
        answer = await client.post(BOTS + path, json=body)
        assert said in problem_of(answer, 422, "bad_input", at)
    bot = await door.made(client)
    answer = await client.patch(f"{BOTS}/{bot['id']}", json={"settings": settings}, headers={"If-Match": '"1"'})
    assert said in problem_of(answer, 422, "bad_input", f"/settings{field}")
    assert (await client.get(BOTS)).json()["total"] == 1


async def test_rules_may_be_given_as_they_are_and_are_the_same_however_they_are_written(door, client):
    written = ('{"RSI": {"period": 9, "oversold": 25}}', {"RSI": {"oversold": 25, "period": 9}})
    for name, rules in zip(("text", "data"), written, strict=True):
        settings = door.settings(strategy="indicator_rules", parameters={"rules": rules})
        answer = await client.post(BOTS, json=settings | {"name": name})
        assert answer.status_code == 201, answer.text
        assert answer.json()["settings"]["parameters"] == {"rules": '{"RSI":{"oversold":25,"period":9}}'}


SHAPES = [
    ({"name": ""}, "/name"),
    ({"nmae": "x"}, "/nmae"),
    ({"capital": 1000}, "/capital"),
    ({"capital": "1e3"}, "/capital"),
    ({"symbols": []}, "/symbols"),
    ({"trading_frequency_s": -1}, "/trading_frequency_s"),
    ({"trading_frequency_s": 86_401}, "/trading_frequency_s"),
    ({"trading_window": {"start": "25:00", "end": "10:00"}}, "/trading_window/start"),
    ({"on_stop": "explode"}, "/on_stop"),
    ({"sizing": {"kind": "percent", "size": "1", "x": 1}}, "/sizing/x"),
    ({"sizing": {"kind": "percent", "size": "1", "compounding": "no"}}, "/sizing/compounding"),
]


@pytest.mark.parametrize(("change", "field"), SHAPES, ids=[one[1] for one in SHAPES])
async def test_a_body_of_another_shape_is_refused_at_its_field(door, client, change, field):
    answer = await client.post(BOTS, json=door.settings() | {"name": "ladder"} | change)
    problem_of(answer, 422, "not_valid", field)
    assert field in [one["field"] for one in answer.json()["errors"]]
    assert (await client.get(BOTS)).json()["total"] == 0


async def test_a_bot_that_decides_between_closes_is_made_shown_and_changed(door, client):
    made = await door.made(client, timeframe="5m", trading_frequency_s=20)
    assert made["settings"]["trading_frequency_s"] == 20
    settings = door.settings(timeframe="5m", trading_frequency_s=299)
    answer = await client.patch(f"{BOTS}/{made['id']}", json={"settings": settings}, headers={"If-Match": '"1"'})
    assert answer.status_code == 200, answer.text
    shown = (await client.get(f"{BOTS}/{answer.json()['id']}")).json()
    assert (shown["settings"]["trading_frequency_s"], shown["settings"]["timeframe"]) == (299, "5m")


async def test_a_name_that_cannot_be_typed_and_one_that_is_taken_are_refused(door, client):
    answer = await client.post(BOTS, json=door.settings() | {"name": "-x"})
    problem_of(answer, 422, "bad_input", "/name")
    await door.made(client)
    answer = await client.post(BOTS, json=door.settings() | {"name": "ladder"})
    problem_of(answer, 409, "name_taken", "/name")
    answer = await client.post(BOTS, json=door.settings() | {"name": "Ladder"})
    assert "there is a bot 'ladder' already, which differs" in problem_of(answer, 409, "name_taken", "/name")
    problem_of(await client.post(BOTS, json=door.settings() | {"name": "../x"}), 422, "bad_input", "/name")


async def test_a_paper_account_and_a_venue_that_does_not_answer_are_told_apart(door, client):
    paper = await client.post(f"{API}/accounts", json={"name": "p", "venue": "paper", "environment": "paper"})
    answer = await client.post(f"{BOTS}/preview", json=door.settings(account_id=paper.json()["id"]))
    assert "sandbox" in problem_of(answer, 422, "bad_input", "/account_id")
    door.venues.down = "the venue is asleep"
    answer = await client.post(f"{BOTS}/preview", json=door.settings())
    assert problem_of(answer, 503, "unavailable") == "the venue is asleep"
    assert answer.headers["retry-after"] == "2"


async def test_a_preview_shows_the_ladder_and_the_orders_that_a_bot_would_begin_with(door, client):
    answer = await client.post(f"{BOTS}/preview", json=door.settings())
    found = answer.json()
    assert found["price"] == "60000"
    assert [one["price"] for one in found["lines"]] == ["58200", "58800", "59400", "60000", "60600", "61200", "61800"]
    assert {one["name"]: one["text"] for one in found["facts"]} == {
        "Band": "58,200.00 to 61,800.00",
        "Step": "600.00 (1.03 %)",
        "Each order": "about 0.00276 BTC",
        "Money in all orders": "992.45 USDT",
    }
    assert [(one["slot"], one["side"], one["price"]) for one in found["rungs"]] == [
        (0, "buy", "58200"),
        (1, "buy", "58800"),
        (2, "buy", "59400"),
        (3, "buy", "60000"),
        (4, "buy", "60000"),
        (5, "buy", "60000"),
    ]
    assert all(float(one["qty"]) > 0 for one in found["rungs"])
    assert any("max_daily_loss" in one for one in found["warnings"])
    assert (await client.get(BOTS)).json()["total"] == 0


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"strategy": "sma_crossover", "parameters": {}}, "warmed up"),
        ({"symbols": ["OLD/USDT"]}, "no price yet"),
        ({"symbols": ["OLD/USDT"]}, "BREAK"),
        ({"capital": "5"}, "more money"),
        (
            {"strategy": "rsi", "parameters": {}, "sizing": {"kind": "percent", "size": "0.004"}},
            "could be worth 4 USDT at most",
        ),
        (
            {"strategy": "rsi", "parameters": {}, "sizing": {"kind": "fixed_quote", "size": "4.99"}},
            "least of 5, so it would never trade",
        ),
    ],
)
async def test_a_preview_warns_of_what_may_not_be_meant(door, client, change, said):
    found = (await client.post(f"{BOTS}/preview", json=door.settings(**change))).json()
    assert any(said in one for one in found["warnings"]), found["warnings"]


async def test_a_preview_does_not_warn_of_money_that_is_enough(door, client):
    settings = door.settings(strategy="rsi", parameters={}, sizing={"kind": "fixed_quote", "size": "5"})
    found = (await client.post(f"{BOTS}/preview", json=settings)).json()
    assert not any("never trade" in one for one in found["warnings"])


async def test_a_request_that_is_repeated_makes_nothing_twice(door, client):
    body, key = door.settings() | {"name": "ladder"}, {"Idempotency-Key": "one"}
    first = await client.post(BOTS, json=body, headers=key)
    again = await client.post(BOTS, json=body, headers=key)
    assert (first.status_code, first.text) == (again.status_code, again.text)
    assert (await client.get(BOTS)).json()["total"] == 1
    other = await client.post(BOTS, json=body | {"name": "other"}, headers=key)
    problem_of(other, 409, "key_reused", "/header/idempotency-key")
    door.clock.forward(DAY_MS)
    async with door.signed() as later:
        assert (await later.post(BOTS, json=body | {"name": "later"}, headers=key)).status_code == 201


async def test_requests_under_one_key_at_once_come_to_one_bot(door, client):
    body, key = door.settings() | {"name": "ladder"}, {"Idempotency-Key": "one"}
    answers = await asyncio.gather(*(client.post(BOTS, json=body, headers=key) for _ in range(5)))
    assert {one.status_code for one in answers} == {201}
    assert len({one.json()["id"] for one in answers}) == 1


async def test_a_refused_request_keeps_no_key(door, client):
    key = {"Idempotency-Key": "one"}
    problem_of(
        await client.post(BOTS, json=door.settings(capital="-1") | {"name": "a"}, headers=key),
        422,
        "bad_input",
        "/capital",
    )
    assert (await client.post(BOTS, json=door.settings() | {"name": "a"}, headers=key)).status_code == 201


async def test_another_tenants_key_is_another_key(door, client):
    key = {"Idempotency-Key": "one"}
    await client.post(BOTS, json=door.settings() | {"name": "a"}, headers=key)
    async with door.signed("mallory") as theirs:
        answer = await theirs.post(BOTS, json=door.settings("mallory") | {"name": "a"}, headers=key)
        assert answer.status_code == 201


async def test_a_change_needs_what_was_seen(door, client):
    bot = await door.made(client)
    path = f"{BOTS}/{bot['id']}"
    for answer in (await client.patch(path, json={"name": "x"}), await client.delete(path)):
        problem_of(answer, 428, "precondition_required", "/header/if-match")
    for tag in ('"2"', "1", 'W/"1"'):
        problem_of(await client.patch(path, json={"name": "x"}, headers={"If-Match": tag}), 412, "changed_meanwhile")
        problem_of(await client.delete(path, headers={"If-Match": tag}), 412, "changed_meanwhile")
    for tag, said in (("garbage", "If-Match is 'garbage', which is no ETag"), ("", "If-Match is '', which is no ETag")):
        answer = await client.patch(path, json={"name": "x"}, headers={"If-Match": tag})
        assert problem_of(answer, 412, "changed_meanwhile").startswith(said)
    seen = (await client.get(path)).headers["etag"]
    assert (await client.patch(path, json={"name": "x"}, headers={"If-Match": seen})).json()["version"] == 2


async def test_who_has_what_would_be_sent_is_told_so(door, client):
    bot = await door.made(client)
    path = f"{BOTS}/{bot['id']}"
    tag = (await client.get(path)).headers["etag"]
    for shown in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        answer = await client.get(path, headers={"If-None-Match": shown})
        assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", tag)
    for shown in ('"other"', '"1"'):
        assert (await client.get(path, headers={"If-None-Match": shown})).status_code == 200
    # It is of all that is shown, not of the settings alone: its worth moves, and nobody changed the bot.
    await door.mark(bot["id"], door.clock(), 950)
    moved = await client.get(path, headers={"If-None-Match": tag})
    assert (moved.status_code, moved.json()["version"]) == (200, bot["version"])
    assert moved.headers["etag"] != tag
    # And a change is judged by the version alone, so what it earned meanwhile does not stand in its way.
    assert (await client.patch(path, json={"name": "x"}, headers={"If-Match": tag})).json()["version"] == 2


async def test_of_two_people_who_change_a_bot_at_once_one_is_told(door, client):
    bot = await door.made(client)
    path, seen = f"{BOTS}/{bot['id']}", {"If-Match": '"1"'}
    first = await client.patch(path, json={"name": "x"}, headers=seen)
    second = await client.patch(path, json={"name": "y"}, headers=seen)
    assert (first.status_code, second.status_code) == (200, 412)


async def test_of_two_people_who_save_other_settings_one_is_told_which_edition_goes_on(door, client):
    bot = await door.made(client)
    path, seen = f"{BOTS}/{bot['id']}", {"If-Match": (await client.get(f"{BOTS}/{bot['id']}")).headers["etag"]}
    first, second = [{"settings": door.settings(parameters={"levels": one})} for one in (8, 9)]
    assert (await client.patch(path, json=first, headers=seen)).status_code == 200
    for answer in (await client.patch(path, json=second, headers=seen), await client.delete(path, headers=seen)):
        assert "goes on as edition 2, 'ladder'; open that one" in problem_of(answer, 412, "changed_meanwhile")
    # Who has looked since knows that it is archived.
    now = (await client.get(path)).headers["etag"]
    problem_of(await client.patch(path, json=second, headers={"If-Match": now}), 409, "archived")


async def test_of_two_who_take_a_name_at_once_the_second_is_told_so(door, client, monkeypatch):
    async def found_free(*_asked):
        """As it was when both of them looked."""

    monkeypatch.setattr("botswain.control.bots.check_name", found_free)
    monkeypatch.setattr("botswain.control.bot_changes.check_name", found_free)
    await door.made(client)
    for name in ("ladder", "LADDER"):
        answer = await client.post(BOTS, json=door.settings() | {"name": name})
        assert f"there is a bot '{name}' already" in problem_of(answer, 409, "name_taken", "/name")
    other = await door.made(client, "other")
    settings = door.settings(parameters={"levels": 8})
    for change in ({"name": "Ladder"}, {"name": "Ladder", "settings": settings}):
        answer = await client.patch(f"{BOTS}/{other['id']}", json=change, headers={"If-Match": "*"})
        problem_of(answer, 409, "name_taken", "/name")
    [one] = [one for one in (await client.get(BOTS)).json()["items"] if one["id"] == other["id"]]
    assert (one["name"], one["edition"]) == ("other", 1)


async def test_another_name_is_the_same_bot(door, client):
    bot = await door.made(client)
    path = f"{BOTS}/{bot['id']}"
    await door.made(client, "taken")
    for name in ("taken", "TAKEN"):
        problem_of(await client.patch(path, json={"name": name}, headers={"If-Match": "*"}), 409, "name_taken", "/name")
    assert (await client.patch(path, json={"name": "Ladder"}, headers={"If-Match": "*"})).json()["name"] == "Ladder"
    found = (await client.patch(path, json={"name": "rungs"}, headers={"If-Match": "*"})).json()
    assert (found["id"], found["name"], found["edition"]) == (bot["id"], "rungs", 1)
    assert stored((await row_of(door, bot["id"])).config)["bot"]["name"] == "rungs"


async def test_other_settings_are_another_edition_under_the_same_name(door, client):
    bot = await door.made(client)
    change = {"settings": door.settings(parameters={"levels": 8})}
    answer = await client.patch(f"{BOTS}/{bot['id']}", json=change, headers={"If-Match": '"1"'})
    found = answer.json()
    assert (found["name"], found["edition"], found["settings"]["parameters"]) == ("ladder", 2, {"levels": 8})
    assert found["id"] != bot["id"]
    third = await client.patch(
        f"{BOTS}/{found['id']}",
        json={"name": "wide", "settings": door.settings(parameters={"levels": 9})},
        headers={"If-Match": answer.headers["etag"]},
    )
    assert (third.json()["name"], third.json()["edition"]) == ("wide", 3)
    for one in (bot["id"], found["id"], third.json()["id"]):
        editions = [Edition.model_validate(each) for each in (await client.get(f"{BOTS}/{one}/editions")).json()]
        assert [each.edition for each in editions] == [3, 2, 1]
        assert [each.settings.parameters["levels"] for each in editions] == [9, 8, 6]
        assert [each.archived_ms is None for each in editions] == [True, False, False]
    assert [one["name"] for one in (await client.get(BOTS)).json()["items"]] == ["wide"]
    old = await row_of(door, bot["id"])
    assert old.name == f"ladder (edition 1, {bot['id'][-6:]})"
    told = problem_of(await client.post(f"{BOTS}/{bot['id']}/start"), 409, "archived")
    assert "it goes on as edition 3, 'wide'; open that one" in told


async def test_the_same_settings_however_they_are_written_are_no_other_edition(door, client):
    bot = await door.made(client)
    same = door.settings(capital="1000.00", parameters={"levels": "6"})
    answer = await client.patch(f"{BOTS}/{bot['id']}", json={"settings": same}, headers={"If-Match": '"1"'})
    assert (answer.json()["id"], answer.json()["version"]) == (bot["id"], 1)


async def test_settings_change_only_under_a_bot_that_is_stopped_and_holds_nothing(door, client):
    bot = await door.made(client)
    path, change = f"{BOTS}/{bot['id']}", {"settings": door.settings(capital="2000")}

    async def refused(code, body=change):
        answer = await client.patch(path, json=body, headers={"If-Match": "*"})
        return problem_of(answer, 409, code)

    await client.post(f"{path}/start")
    assert "stop it first" in await refused("not_stopped")
    await door.hold(bot["id"])
    await client.post(f"{path}/stop")
    assert "wait" in await refused("not_stopped")
    await refused("not_stopped", {"name": "other"})
    problem_of(await client.delete(path, headers={"If-Match": "*"}), 409, "not_stopped")
    door.dead.add("an engine")
    await door.book(bot["id"], 2)
    assert "flatten" in await refused("holds_position")
    assert (await client.patch(path, json={"name": "held"}, headers={"If-Match": "*"})).status_code == 200


async def test_a_bot_that_is_put_away_is_kept_and_its_name_is_free(door, client):
    bot = await door.made(client)
    answer = await client.delete(f"{BOTS}/{bot['id']}", headers={"If-Match": '"1"'})
    assert (answer.status_code, answer.content) == (204, b"")
    assert (await client.get(BOTS)).json()["total"] == 0
    assert (await get(client, bot))["state"] == "stopped"
    again = await door.made(client)
    await client.delete(f"{BOTS}/{again['id']}", headers={"If-Match": '"1"'})
    await door.made(client)
    told = problem_of(await client.delete(f"{BOTS}/{bot['id']}", headers={"If-Match": "*"}), 409, "archived")
    assert "was put away: nothing is wanted of it any more" in told
    assert (await client.get(f"{BOTS}/{bot['id']}")).json()["archived_ms"] == door.clock()


@pytest.mark.parametrize(
    ("path", "status", "field"),
    [
        ("/fills?bot_id=zzz", 404, "/query/bot_id"),
        ("/orders?bot_id=zzz", 404, "/query/bot_id"),
        ("/positions?bot_id=zzz", 404, "/query/bot_id"),
        ("/round-trips?bot_id=zzz", 404, "/query/bot_id"),
        ("/accounts/{account}/candles?symbol=A/B&timeframe=7x", 422, "/query/timeframe"),
        ("/bots/{bot}/decisions?kind=zzz", 422, "/query/kind"),
    ],
)
async def test_a_refused_filter_is_named(door, client, path, status, field):
    bot = await door.made(client)
    answer = await client.get(BOTS.removesuffix("/bots") + path.format(account=door.accounts["admin"], bot=bot["id"]))
    assert (answer.status_code, answer.json()["field"]) == (status, field), answer.text
