"""The list of bots: filtered, in pages, with what each is worth, and at the cost of a few questions."""

from random import Random

from sqlalchemy import event
from tests.api.door import API

from botswain.api.memory import memory_in
from botswain.api.schemas.bots import Bot
from botswain.api.schemas.shape import Page

BOTS = f"{API}/bots"
MINUTE_MS = 60_000
DAY_MS = 86_400_000


async def get(client, bot):
    answer = await client.get(f"{BOTS}/{bot['id']}")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_a_list_is_filtered_and_comes_in_pages(door, client):
    for name in ("alpha", "beta", "gamma"):
        await door.made(client, name)
    sma = await door.made(client, "delta", strategy="sma_crossover", parameters={}, start=True)
    for query, names in (
        ({}, ["alpha", "beta", "delta", "gamma"]),
        ({"q": "TA"}, ["beta", "delta"]),
        ({"strategy": "sma_crossover"}, ["delta"]),
        ({"state": "starting"}, ["delta"]),
        ({"state": "stopped", "limit": 2}, ["alpha", "beta"]),
        ({"limit": 2, "offset": 3}, ["gamma"]),
        ({"q": "none"}, []),
    ):
        page = Page[Bot].model_validate((await client.get(BOTS, params=query)).json())
        assert [one.name for one in page.items] == names, query
    assert (await client.get(BOTS, params={"state": "stopped", "limit": 2})).json()["total"] == 3
    assert sma["settings"]["strategy"] == "sma_crossover"


async def test_figures_are_those_of_the_newest_mark_and_the_day_began_with_the_last_before_it(door, client):
    bot = await door.made(client)
    day = door.clock() // DAY_MS * DAY_MS
    for minute, equity in ((-5, 900), (1, 950), (2, 990), (3, 1100)):
        await door.mark(
            bot["id"], day + minute * MINUTE_MS, equity, cash=600, realized=30, fees=4, round_trips=7, won=5
        )
    await door.book(bot["id"], 1, cost=450, realized=30, fees=4, time_ms=day)
    found = Bot.model_validate(await get(client, bot))
    assert (found.equity, found.profit, found.today, found.profit_fraction) == ("1100", "100", "200", 0.1)
    assert (found.realized, found.unrealized, found.fees) == ("30", "70", "4")
    assert (found.open_positions, found.round_trips, found.won) == (1, 7, 5)
    assert found.sparkline == [900, 950, 990, 1100]
    await door.mark(bot["id"], day + 4 * MINUTE_MS, 1200)
    assert (await get(client, bot))["sparkline"] == [900, 950, 990, 1100, 1200]
    await door.mark(bot["id"], day + DAY_MS + MINUTE_MS, 1300)
    await door.mark(bot["id"], day + DAY_MS + 2 * MINUTE_MS, 1310)
    assert (await get(client, bot))["today"] == "110"


async def test_what_was_sold_since_the_newest_mark_is_in_every_figure_at_once(door, client):
    """A stop that flattens sells between two closes: of all that its last mark says only the past is true."""
    bot = await door.made(client)
    day = door.clock() // DAY_MS * DAY_MS
    await door.mark(bot["id"], day - MINUTE_MS, 1200)
    await door.mark(bot["id"], day + MINUTE_MS, 1310, realized=250, fees=2)
    await door.book(bot["id"], 0, realized=300, fees=5)
    found = Bot.model_validate(await get(client, bot))
    assert (found.equity, found.profit, found.today, found.fees) == ("1300", "300", "100", "5")
    assert (found.realized, found.unrealized, found.open_positions, found.valued_ms) == ("300", "0", 0, None)
    assert found.sparkline == [1200, 1310, 1300]
    assert (await client.get(BOTS)).json()["items"] == [await get(client, bot)]
    [money] = (await client.get(f"{API}/summary")).json()["money"]
    assert (money["equity"], money["today"], money["profit"]) == ("1300", "100", "300")
    for path, asked in ((f"{BOTS}/{bot['id']}/equity", {}), (f"{API}/equity", {"environment": "sandbox"})):
        points = (await client.get(path, params=asked)).json()["points"]
        assert [(one["equity"], one["realized"]) for one in points] == [("1200", "0"), ("1300", "300")], path
        points = (await client.get(path, params={**asked, "to_ms": day})).json()["points"]
        assert [one["equity"] for one in points] == ["1200"], path


async def test_the_day_that_a_bot_began_on_began_with_its_capital(door, client):
    bot = await door.made(client)
    day = door.clock() // DAY_MS * DAY_MS
    for minute, equity in ((600, 950), (601, 970)):
        await door.mark(bot["id"], day + minute * MINUTE_MS, equity)
    found = await get(client, bot)
    assert (found["profit"], found["today"]) == ("-30", "-30")


async def test_a_bot_that_rests_while_its_account_goes_on_made_nothing_today(door, client):
    old, new = await door.made(client, "old"), await door.made(client, "new")
    day = door.clock() // DAY_MS * DAY_MS
    await door.mark(old["id"], day, 900)
    await door.mark(old["id"], day + MINUTE_MS, 950)
    assert (await get(client, old))["today"] == "50"
    await door.mark(new["id"], day + DAY_MS, 1000)
    items = {one["name"]: one["today"] for one in (await client.get(BOTS)).json()["items"]}
    assert items == {"old": "0", "new": "0"}
    # Its own page says the same, although the other bot is not asked for there.
    assert (await get(client, old))["today"] == "0"


async def test_a_curve_of_many_marks_has_at_most_sixty_points_and_keeps_its_ends(door, client):
    bot = await door.made(client)
    for k in range(200):
        await door.mark(bot["id"], door.clock() + k * MINUTE_MS, 1000 + k)
    line = (await get(client, bot))["sparkline"]
    assert len(line) == 30
    assert (line[0], line[-1]) == (1000, 1199)
    for k in range(200, 460):
        await door.mark(bot["id"], door.clock() + k * MINUTE_MS, 1000 + k)
        line = (await get(client, bot))["sparkline"]
        assert len(line) <= 60
        assert (line[0], line[-1]) == (1000, 1000 + k)
        assert line == sorted(line)
    await door.mark(bot["id"], door.clock() + 3_000 * MINUTE_MS, 7)
    assert (await get(client, bot))["sparkline"][-1] == 7


async def test_the_list_asks_a_few_questions_however_many_bots_there_are(door, client):
    for k in range(12):
        bot = await door.made(client, f"bot {k}")
        await door.mark(bot["id"], door.clock(), 1000)
    await client.get(BOTS)
    asked = []
    event.listen(door.store._engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    assert (await client.get(BOTS)).json()["total"] == 12
    questions = [one for one in asked if one.startswith("SELECT")]
    assert len(questions) <= 8
    assert not any("FROM fills" in one or "FROM orders" in one for one in questions)
    for sql in questions:
        plan = door.store._connection.execute(f"EXPLAIN QUERY PLAN {sql}", [None] * sql.count("?")).fetchall()
        scans = [row[3] for row in plan if row[3].startswith("SCAN")]
        assert not [one for one in scans if "marks" in one or "positions" in one], (sql, plan)


async def test_a_list_that_remembers_says_what_one_does_that_has_forgotten_and_what_each_bot_does(door, client):
    """After arbitrary marks, books and halts of one day, list by list."""
    chance = Random(4)
    made = [await door.made(client, f"bot {n}") for n in range(4)]
    day = door.clock() // DAY_MS * DAY_MS
    seqs = dict.fromkeys((one["id"] for one in made), 0)
    texts = set()
    for turn in range(30):
        one = chance.choice(made)["id"]
        at_ms = day + turn * 7 * MINUTE_MS
        if chance.random() < 0.6:
            money = {name: chance.randrange(500) for name in ("cash", "realized", "fees")}
            await door.mark(one, at_ms, chance.randrange(500, 1500), **money, round_trips=turn, won=turn // 2)
        if chance.random() < 0.6:
            seqs[one] += 1
            books = {"cost": chance.randrange(900), "realized": turn, "fees": turn, "time_ms": at_ms}
            await door.book(one, chance.randrange(2), symbol=f"S{seqs[one]}/USDT", **books)
        if chance.random() < 0.2:
            await client.post(f"{BOTS}/{one}/pause", json={"reason": f"turn {turn}"})
        if chance.random() < 0.2:
            await client.post(f"{BOTS}/{one}/resume")
        listed = (await client.get(BOTS)).json()["items"]
        assert listed == [await get(client, bot) for bot in made]
        memory_in(door.app).bot_rows.kept.clear()
        door.app.state.figures.worked_out.clear()
        assert (await client.get(BOTS)).json()["items"] == listed
        texts.add(str(listed))
    assert len(texts) > 20


async def test_the_rows_that_lists_remember_are_written_anew_only_where_a_bot_has_changed(door, client):
    quiet, busy = await door.made(client, "quiet"), await door.made(client, "busy")
    for bot in (quiet, busy):
        await door.mark(bot["id"], door.clock(), 900)
    await client.get(BOTS)
    before = dict(memory_in(door.app).bot_rows.kept)
    await door.mark(busy["id"], door.clock() + MINUTE_MS, 950)
    await client.get(BOTS)
    after = memory_in(door.app).bot_rows.kept
    assert after[quiet["id"]] is before[quiet["id"]]
    assert after[busy["id"]] is not before[busy["id"]]
