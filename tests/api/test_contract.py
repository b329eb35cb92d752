"""The description against the door: requests made up from it are answered as it says, and never by a fault.

Only the nouns that are listed, each with a few dozen requests: the whole takes well under a minute.
"""

import asyncio
from contextlib import suppress

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import checks
from schemathesis.specs.openapi import checks as openapi
from tests.api.door import API, PASSWORD, Door

from botswain.api.schemas.markets import Candles
from botswain.api.schemas.shape import Problem

NOUNS = [
    "health",
    "auth",
    "strategies",
    "bots",
    "orders",
    "fills",
    "positions",
    "round_trips",
    "decisions",
    "equity",
    "accounts",
    "markets",
    "summary",
    "backtests",
    "trading_windows",
]
EXAMPLES = 12
VERBS = ("get", "post", "put", "patch", "delete")
CHECKS = [
    checks.not_a_server_error,
    openapi.status_code_conformance,
    openapi.content_type_conformance,
    openapi.response_schema_conformance,
    openapi.unsupported_method,
    openapi.missing_required_header,
]

tried = settings(
    max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, database=None
)


@pytest.fixture(scope="module")
def door(tmp_path_factory):
    """A door with a bot behind it, and the headers of somebody signed in."""
    made = Door(tmp_path_factory.mktemp("contract"))

    async def filled():
        await made.fill()
        async with made.signed() as client:
            made.bot = await made.made(client)
            made.headers = {"Authorization": client.headers["Authorization"]}

    asyncio.run(filled())
    yield made
    asyncio.run(made.store.close())


@pytest.fixture(scope="module")
def description(door):
    """What the door says of itself, for the nouns above."""
    found = schemathesis.openapi.from_asgi(f"{API}/openapi.json", door.served)
    return found.include(tag=NOUNS)


@pytest.mark.parametrize("noun", NOUNS)
def test_requests_made_up_from_the_description_are_answered_as_it_says(door, description, noun):
    """Half of them name things that are there."""
    count = 0
    for found in description.get_all_operations():
        operation = found.ok()
        if noun in (operation.tags or []):
            count += 1
            ask(door, operation)
    assert count > 0


def test_no_operation_is_left_out(description):
    """Nouns are listed so that each is a test of its own; one that is missing there would be asked nothing."""
    asked = [found.ok() for found in description.get_all_operations()]
    described = sum(verb in VERBS for item in description.raw_schema["paths"].values() for verb in item)
    assert len(asked) == described
    assert {tag for one in asked for tag in one.tags} == set(NOUNS)


def ask(door, operation):
    """Requests of one operation, good and bad."""

    @given(case=operation.as_strategy(generation_mode=schemathesis.GenerationMode.POSITIVE))
    @tried
    def good(case):
        check(door, case)

    @given(case=operation.as_strategy(generation_mode=schemathesis.GenerationMode.NEGATIVE))
    @tried
    def bad(case):
        check(door, case)

    good()
    with suppress(Unsatisfiable):  # nothing can be wrong about an operation that takes nothing
        bad()


def check(door, case):
    """Send it, and hold the answer to the description."""
    given = case.path_parameters or {}
    for name, known in (("bot_id", door.bot["id"]), ("account_id", door.accounts["admin"]), ("name", "grid")):
        if name in given and len(str(given[name])) % 2:
            given[name] = known
    if isinstance(case.body, dict) and "account_id" in case.body and len(str(case.body)) % 2:
        case.body |= door.settings()
    candles = case.operation.path.endswith("/candles")
    done = [one for one in CHECKS if not (candles and one is openapi.response_schema_conformance)]
    answer = case.call_and_validate(headers=dict(door.headers), checks=done)
    if candles:  # schemathesis takes prefixItems, by which rows are described, for no schema: our own model reads them
        (Candles if answer.status_code == 200 else Problem).model_validate_json(answer.content)


def test_the_session_of_the_requests_was_one(door):
    """What would make all of the above answer 401: the token no longer counting."""

    async def asked():
        async with door.client(**door.headers) as client:
            return (await client.get(f"{API}/auth/me")).status_code, PASSWORD

    assert asyncio.run(asked())[0] == 200
