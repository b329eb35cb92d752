"""A size that a bot's capital can never pay is refused where it is typed, before anything is made."""

import pytest
from tests.api.door import API

BOTS = f"{API}/bots"


@pytest.mark.parametrize(
    ("kind", "size", "said"),
    [("fixed_quote", "50000", "it could not pay one; write at most 1000"), ("fixed", "500", "at the last price of ")],
)
async def test_a_fixed_size_that_the_capital_cannot_pay_once_is_refused_at_its_field(door, client, kind, size, said):
    settings = door.settings(sizing={"kind": kind, "size": size})
    for path, more in ((f"{BOTS}/preview", {}), (BOTS, {"name": "rich"})):
        answer = await client.post(path, json=settings | more)
        assert (answer.status_code, answer.json()["field"]) == (422, "/sizing/size"), answer.text
        assert said in answer.json()["detail"]
    assert (await client.get(BOTS)).json()["total"] == 0
