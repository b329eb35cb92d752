"""All accounts behind an address share its weight; cancels and stops keep a reserve; bans stop everything."""

from tests.venues.binance.test_requests import GRID, ID, ROW

from botswain.venues.binance import queries, requests
from botswain.venues.binance.budget import Budget, Wait
from botswain.venues.binance.rules import RateLimit

PLACE = requests.place(GRID, ROW, ID)
CANCEL = requests.cancel("BTCUSDT", ID)
READ = queries.account()
NOW = 60_000 * 1000


def test_reads_stop_before_the_reserve_and_cancels_may_use_it() -> None:
    budget = Budget(limit=100, reserve=40)
    for account in ("a", "b", "c"):
        assert budget.ask(READ, account, NOW) is None
    refused = budget.ask(READ, "d", NOW + 15_000)
    assert isinstance(refused, Wait)
    assert (refused.wait_ms, refused.banned, budget.used) == (45_000, False, 60)
    assert "60 of 100" in refused.why
    assert budget.ask(PLACE, "a", NOW) is not None
    assert budget.ask(CANCEL, "a", NOW) is None


def test_even_cancels_end_at_the_limit() -> None:
    budget = Budget(limit=20, reserve=0)
    assert budget.ask(READ, "a", NOW) is None
    assert budget.ask(CANCEL, "a", NOW) is not None


def test_the_venues_count_replaces_ours_and_only_grows_within_a_minute() -> None:
    budget = Budget(limit=100, reserve=0)
    budget.ask(READ, "a", NOW)
    budget.ask(READ, "a", NOW)
    budget.heard(READ, "a", 200, {"x-mbx-used-weight-1m": "70"}, NOW)
    assert budget.used == 90
    budget.heard(READ, "a", 200, {"x-mbx-used-weight-1m": "50"}, NOW)
    assert budget.used == 70
    budget.heard(CANCEL, "a", 200, {"x-mbx-used-weight-1m": "odd"}, NOW)
    assert budget.used == 71


def test_a_new_minute_begins_at_zero_but_for_what_is_on_its_way() -> None:
    budget = Budget(limit=100, reserve=0)
    budget.ask(READ, "a", NOW)
    budget.heard(READ, "a", 200, {"x-mbx-used-weight-1m": "95"}, NOW)
    budget.ask(CANCEL, "a", NOW)
    assert budget.ask(READ, "a", NOW + 59_999) is not None
    assert budget.ask(READ, "a", NOW + 60_000) is None
    assert budget.used == 21


def test_what_was_never_answered_counts_in_its_minute() -> None:
    budget = Budget()
    budget.ask(READ, "a", NOW)
    budget.lost(READ)
    assert budget.used == 20
    assert budget.ask(CANCEL, "a", NOW + 60_000) is None
    assert budget.used == 1


def test_429_stops_everything_until_it_says_so() -> None:
    budget = Budget()
    budget.heard(READ, "a", 429, {"retry-after": "7"}, NOW)
    refused = budget.ask(CANCEL, "b", NOW + 1_000)
    assert refused is not None
    assert (refused.wait_ms, refused.banned) == (6_000, False)
    assert budget.ask(CANCEL, "b", NOW + 7_000) is None


def test_418_is_a_ban_for_all_accounts_and_a_later_pause_does_not_shorten_it() -> None:
    budget = Budget()
    budget.heard(READ, "a", 418, {}, NOW)
    budget.heard(READ, "b", 429, {"retry-after": "1"}, NOW)
    refused = budget.ask(CANCEL, "c", NOW + 119_000)
    assert refused is not None
    assert (refused.wait_ms, refused.banned, budget.banned) == (1_000, True, True)
    assert budget.ask(CANCEL, "c", NOW + 120_000) is None
    assert not budget.banned


def test_an_accounts_unfilled_orders_are_its_own_and_cancels_do_not_count() -> None:
    budget = Budget()
    budget.heard(PLACE, "a", 200, {"x-mbx-order-count-10s": "50", "x-mbx-order-count-1d": "50"}, NOW)
    refused = budget.ask(PLACE, "a", NOW + 4_000)
    assert refused is not None
    assert (refused.wait_ms, "account a" in refused.why) == (6_000, True)
    assert budget.ask(PLACE, "b", NOW) is None
    assert budget.ask(CANCEL, "a", NOW) is None
    assert budget.ask(PLACE, "a", NOW + 10_000) is None


def test_orders_on_their_way_count_until_the_reply_tells() -> None:
    budget = Budget()
    for _ in range(50):
        assert budget.ask(PLACE, "a", NOW) is None
    assert budget.ask(PLACE, "a", NOW) is not None
    budget.heard(PLACE, "a", 200, {"x-mbx-order-count-10s": "1"}, NOW)
    assert budget.ask(PLACE, "a", NOW) is None


def test_the_limits_that_the_venue_tells_replace_the_known_ones() -> None:
    budget = Budget()
    budget.learn([RateLimit("REQUEST_WEIGHT", 60_000, 1200), RateLimit("ORDERS", 10_000, 1), RateLimit("RAW", 1, 1)])
    assert (budget.limit, budget.reserve, budget.order_limits) == (1200, 240, {"10s": 1, "1d": 160_000})
    assert budget.ask(PLACE, "a", NOW) is None
    assert budget.ask(PLACE, "a", NOW) is not None


def test_a_clock_that_was_set_back_begins_a_minute_of_its_own() -> None:
    budget, ahead = Budget(limit=100, reserve=0), NOW + 3_600_000
    assert budget.ask(READ, "a", ahead) is None
    budget.heard(READ, "a", 200, {"x-mbx-used-weight-1m": "95"}, ahead)
    assert budget.ask(READ, "a", ahead) is not None
    assert budget.ask(READ, "a", NOW) is None
    assert budget.used == READ.weight
