"""A trading window is looked at before anything is made of it: its next sessions, or what is wrong with it."""

import pytest
from tests.api.door import API, problem_of

from botswain.api.schemas.bots import WindowPreview

PREVIEW = f"{API}/trading-windows/preview"
HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS


async def test_the_session_of_now_and_the_next_ones_are_shown(client):
    answer = await client.post(PREVIEW, json={"trading_window": {"hours": "00:00-23:59 UTC"}, "timeframe": "1m"})
    assert answer.status_code == 200, answer.text
    found = WindowPreview.model_validate(answer.json())
    assert found.text == "00:00 to 23:59 UTC, every day"
    assert len(found.sessions) == 6
    first = found.sessions[0]
    assert first.opens_ms % DAY_MS == 0
    assert first.closes_ms - first.opens_ms == DAY_MS - 60_000
    assert [one.opens_ms - first.opens_ms for one in found.sessions] == [k * DAY_MS for k in range(6)]


async def test_flatten_ends_it_sooner(client):
    window = {"hours": "08:00-16:00 UTC", "at_end": "flatten", "minutes_before": 30}
    answer = await client.post(PREVIEW, json={"trading_window": window, "timeframe": "1h"})
    first = answer.json()["sessions"][0]
    # Half past three is no close of its candles.
    assert (first["closes_ms"] - first["opens_ms"]) == 7 * HOUR_MS


async def test_a_calendar_has_its_sessions(client):
    answer = await client.post(PREVIEW, json={"trading_window": {"calendar": "XLON"}})
    assert answer.json()["text"] == "XLON"
    assert {one["closes_ms"] - one["opens_ms"] for one in answer.json()["sessions"]} <= {
        int(8.5 * HOUR_MS),
        int(4.5 * HOUR_MS),
    }


@pytest.mark.parametrize(
    ("body", "field", "said"),
    [
        ({"trading_window": {"hours": "9-5"}}, "/trading_window/hours", "is no time; write one such as 09:30"),
        ({"trading_window": {"hours": "09:30-16:00 Londn"}}, "/trading_window/hours", "did you mean 'Europe/London'?"),
        ({"trading_window": {}}, "/trading_window/start", "write a time such as 09:30"),
        ({"trading_window": {"calendar": "24/7"}, "timeframe": "7q"}, "/timeframe", "7q"),
    ],
)
async def test_what_is_wrong_is_said_at_its_field(client, body, field, said):
    answer = await client.post(PREVIEW, json=body)
    assert said in problem_of(answer, 422, "bad_input", field)
