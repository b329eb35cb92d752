"""What goes wrong is a problem, whatever it was; what goes out carries its headers; what comes in has limits."""

import httpx
import pytest
from tests.api.door import API, BASE, problem_of

from botswain.api.shell import MOST_BODY
from botswain.model.errors import BadInput, BotswainError, Deferred, FailClosed, Fatal, Overflow, Unavailable
from botswain.store.failures import AlreadyRecorded


async def test_unknown_paths_methods_and_bodies_are_problems(client):
    problem_of(await client.get(f"{API}/nothing"), 404, "not_found")
    answer = await client.delete(f"{API}/bots")
    problem_of(answer, 405, "method_not_allowed")
    assert "GET" in answer.headers["allow"]
    json = {"content-type": "application/json"}
    assert "not JSON" in problem_of(await client.post(f"{API}/bots", content=b"{", headers=json), 422, "not_valid", "")
    assert problem_of(await client.post(f"{API}/bots", content=b"[]", headers=json), 422, "not_valid", "")
    problem_of(await client.get(f"{API}/bots", params={"limit": 0}), 422, "not_valid", "/query/limit")
    problem_of(await client.get(f"{API}/bots/nothing"), 404, "not_found")


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (Unavailable("later"), 503, "unavailable"),
        (Deferred("soon"), 503, "not_yet"),
        (FailClosed("unsure"), 503, "not_sure"),
        (AlreadyRecorded("twice"), 409, "already_there"),
        (Fatal("secret things"), 500, "fault"),
        (Overflow("secret things"), 500, "fault"),
        (BotswainError("secret things"), 500, "fault"),
        (ZeroDivisionError("secret things"), 500, "fault"),
    ],
)
async def test_every_error_becomes_a_problem_and_a_fault_says_nothing_of_itself(door, client, error, status, code):
    async def failing(*_given):
        raise error

    door.venues.listings = failing
    answer = await client.post(f"{API}/bots/preview", json=door.settings())
    said = problem_of(answer, status, code)
    assert "secret" not in answer.text
    assert status == 500 or said == str(error)


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (Unavailable("database /secret/path stayed locked"), 503, "unavailable"),
        (BadInput("database /secret/path cannot be written"), 503, "unavailable"),
        (FailClosed("database /secret/path refused the rows"), 503, "unavailable"),
        (AlreadyRecorded("database /secret/path: already recorded"), 409, "already_there"),
    ],
)
async def test_where_the_database_lies_is_told_to_the_log_only(door, client, caplog, error, status, code):
    async def failing(*_given):
        raise error

    door.venues.listings = failing
    answer = await client.post(f"{API}/bots/preview", json=door.settings())
    assert "secret" not in problem_of(answer, status, code)
    assert "/secret/path" in caplog.text


async def test_a_password_or_key_that_is_not_valid_is_not_sent_back(door, client):
    long = "hunter2" * 200
    for method, path, body in (
        ("POST", "auth/sign-in", {"name": "admin", "password": long}),
        ("POST", "auth/password", {"current": long, "new": "hunter2"}),
        ("PUT", f"accounts/{door.accounts['admin']}/key", {"name": "", "api_key": long, "secret": 5}),
    ):
        answer = await client.request(method, f"{API}/{path}", json=body)
        assert answer.status_code == 422
        assert "hunter2" not in answer.text


async def test_a_value_of_a_wrong_kind_is_told_once_at_its_own_field_in_plain_words(door, client):
    for change, field, words in (
        ({"parameters": {"levels": None}}, "/parameters/levels", "text, a number or true or false"),
        ({"capital": "1e5"}, "/capital", "'1e5': write a decimal number as text"),
        ({"capital": 1000}, "/capital", "1000: this must be text"),
        ({"symbols": "BTC/USDT"}, "/symbols", "must be a list"),
        ({"sizing": 5}, "/sizing", "an object of names and values"),
        ({"trading_window": {"start": "9", "end": "10:00"}}, "/trading_window/start", "'9': write a time as HH:MM"),
        ({"name": "n", "start": "yes"}, "/start", "'yes': this must be true or false"),
    ):
        path = "bots" if "name" in change else "bots/preview"
        answer = await client.post(f"{API}/{path}", json=door.settings() | change)
        assert words in problem_of(answer, 422, "not_valid", field)
        assert [one["field"] for one in answer.json()["errors"]] == [field]
    # Rules are objects and lists, so what is not for a parameter is told by its own reader.
    answer = await client.post(f"{API}/bots/preview", json=door.settings() | {"parameters": {"levels": []}})
    assert "levels is '[]'; write a number" in problem_of(answer, 422, "bad_input", "/parameters/levels")
    paper = {"name": "p", "environment": "paper", "paper": {"balances": {"usdt": "1"}}}
    answer = await client.post(f"{API}/accounts", json=paper)
    assert "in capitals" in problem_of(answer, 422, "not_valid", "/paper/balances/usdt")


async def test_a_body_of_another_kind_is_refused_by_its_kind(door, client):
    made = await door.made(client)
    for path, kind, shown in (
        ("bots/preview", "text/plain", "text/plain"),
        ("auth/sign-in", "application/x-www-form-urlencoded", "application/x-www-form-urlencoded"),
        ("bots", "application/xml; charset=utf-8", "application/xml"),
        (f"bots/{made['id']}/stop", "text/csv", "text/csv"),
        ("bots", "", "of no kind"),
    ):
        answer = await client.post(f"{API}/{path}", content=b"{}", headers={"content-type": kind} if kind else {})
        said = problem_of(answer, 415, "not_json")
        assert said == f"the body is {shown}; send JSON, with Content-Type: application/json"
    # What may be left out is left out whatever its kind is said to be, and JSON has more names than one.
    path = f"{API}/bots/{made['id']}/pause"
    assert (await client.post(path, headers={"content-type": "text/csv"})).status_code == 200
    answer = await client.post(f"{API}/bots/preview", content=b"{}", headers={"content-type": "application/hal+json"})
    problem_of(answer, 422, "not_valid", "/strategy")


async def test_a_span_that_ends_before_it_begins_is_refused(door, client):
    made = await door.made(client)
    for path in ("fills", "orders", "round-trips", "equity", f"bots/{made['id']}/equity"):
        answer = await client.get(f"{API}/{path}", params={"from_ms": 20, "to_ms": 10})
        said = problem_of(answer, 422, "not_valid", "/query/from_ms")
        assert said == "from_ms is 20, after to_ms, 10; give the earlier time as from_ms"
    for span in ({"from_ms": 10, "to_ms": 10}, {"from_ms": 10, "to_ms": 20}):
        assert (await client.get(f"{API}/fills", params=span)).status_code == 200


async def test_a_word_that_a_list_does_not_know_is_refused_rather_than_left_out(door, client):
    refused = problem_of(await client.get(f"{API}/fills", params={"bot": "x"}), 422, "not_valid", "/query/bot")
    assert "did you mean 'bot_id'?" in refused
    made = await door.made(client)
    paged = await client.get(f"{API}/bots/{made['id']}/decisions", params={"offset": 100})
    problem_of(paged, 422, "not_valid", "/query/offset")
    none = await client.get(f"{API}/bots/{made['id']}", params={"full": 1})
    assert "takes none" in problem_of(none, 422, "not_valid", "/query/full")
    known = {"bot_id": made["id"], "symbol": "BTC/USDT", "side": "buy", "from_ms": 1, "limit": 1, "offset": 0}
    assert (await client.get(f"{API}/fills", params=known)).status_code == 200


async def test_a_character_that_no_database_keeps_is_refused_wherever_it_stands(client):
    for path in ("/bots/%00", "/bots?q=%00"):
        answer = await client.get(API + path)
        problem_of(answer, 400, "not_understood")
        assert "content-security-policy" in answer.headers
    said = problem_of(await client.post(f"{API}/accounts", json={"name": "a\0"}), 400, "not_understood")
    assert said == r"the body holds a NUL character (\u0000); leave it out"


async def test_every_answer_carries_headers_that_keep_a_page_to_itself(door, client):
    (door.doors.web / "assets").mkdir(parents=True)
    (door.doors.web / "index.html").write_text("<!doctype html>page")
    for path in ("/", f"{API}/bots", f"{API}/nothing", "/nothing.js"):
        headers = (await client.get(path)).headers
        policy = headers["content-security-policy"]
        assert "script-src 'self'" in policy
        assert "unsafe-inline" not in policy.split("script-src")[1].split(";")[0]
        assert "frame-ancestors 'none'" in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
    assert (await client.get(f"{API}/bots")).headers["cache-control"] == "no-store"


async def test_a_body_that_is_too_large_is_refused_whether_it_says_so_or_not(client):
    json = {"content-type": "application/json"}
    big = b'"' + b"x" * MOST_BODY + b'"'
    problem_of(await client.post(f"{API}/bots", content=big, headers=json), 413, "too_large")

    async def pieces():
        for _ in range(3):
            yield big[: MOST_BODY // 2]

    problem_of(await client.post(f"{API}/bots", content=pieces(), headers=json), 413, "too_large")


async def test_the_description_names_a_problem_for_every_route_and_no_other_shape(client):
    found = (await client.get(f"{API}/openapi.json")).json()
    assert "HTTPValidationError" not in found["components"]["schemas"]
    for path, item in found["paths"].items():
        for verb, operation in item.items():
            answers = operation["responses"]
            assert "422" in answers, (verb, path)
            for status, answer in answers.items():
                if status >= "400" and "/health/" not in path:
                    assert list(answer["content"]) == ["application/problem+json"], (verb, path, status)
            if "/health/" not in path:
                assert "401" in answers
    ready = found["paths"][f"{API}/health/ready"]["get"]["responses"]
    assert ready["503"]["content"]["application/json"] == ready["200"]["content"]["application/json"]


class TestWeb:
    """The built web application, where there is one."""

    @pytest.fixture
    def web(self, door):
        """A small build."""
        folder = door.doors.web
        (folder / "assets").mkdir(parents=True)
        (folder / "index.html").write_text("<!doctype html>page")
        (folder / "assets" / "app-1a2b.js").write_text("plain")
        (folder / "assets" / "app-1a2b.js.gz").write_bytes(b"zipped")
        (folder / "assets" / "app-1a2b.js.br").write_bytes(b"brotli")
        (folder.parent / "api.key").write_text("secret")
        (folder / ".build").write_text("secret")
        return folder

    async def test_without_a_build_a_page_says_how_to_make_one(self, door):
        async with door.client() as client:
            answer = await client.get("/bots/1")
            assert (answer.status_code, "npm run build" in answer.text) == (200, True)

    @pytest.mark.usefixtures("web")
    async def test_every_address_of_the_application_is_its_one_page(self, door):
        async with door.client() as client:
            for path in ("/", "/bots", "/bots/0197-x/edit"):
                answer = await client.get(path)
                assert (answer.text, answer.headers["cache-control"]) == ("<!doctype html>page", "no-cache")
            assert (await client.head("/")).content == b""

    @pytest.mark.usefixtures("web")
    async def test_assets_are_kept_for_ever_and_sent_packed_where_that_is_taken(self, door):
        async with door.client() as client:
            path = "/assets/app-1a2b.js"
            for taken, content, encoding in (
                ("identity", b"plain", None),
                ("gzip", b"zipped", "gzip"),
                ("br, gzip", b"brotli", "br"),
            ):
                request = client.build_request("GET", path, headers={"accept-encoding": taken})
                answer = await client.send(request, stream=True)
                raw = b"".join([part async for part in answer.aiter_raw()])
                assert raw == content
                assert answer.headers.get("content-encoding") == encoding
                assert "immutable" in answer.headers["cache-control"]
                assert "javascript" in answer.headers["content-type"]
            assert (await client.get("/assets/gone.js")).status_code == 404

    @pytest.mark.parametrize(
        "path", ["/../api.key", "/%2e%2e/api.key", "/assets/../../api.key", "/..%2fapi.key", "/%00", "/.build"]
    )
    @pytest.mark.usefixtures("web")
    async def test_nothing_beside_the_folder_is_served(self, door, path):
        async with door.client() as client:
            answer = await client.send(httpx.Request("GET", httpx.URL(BASE + path)))
            assert "secret" not in answer.text
            assert answer.status_code in (200, 400, 404)

    @pytest.mark.usefixtures("web")
    async def test_only_reading_is_possible(self, door):
        async with door.client() as client:
            assert (await client.post("/")).status_code == 405


@pytest.mark.parametrize("path", ["/health", "/bots", "/bots/nothing"])
async def test_head_is_answered_as_get_is_without_what_it_would_say(client, path):
    whole, head = await client.get(f"{API}{path}"), await client.head(f"{API}{path}")
    assert head.status_code == whole.status_code
    assert head.content == b""
    for name in ("content-type", "content-length", "cache-control"):
        assert head.headers[name] == whole.headers[name]


async def test_head_of_what_is_only_posted_is_refused(client):
    assert (await client.head(f"{API}/auth/sign-in")).status_code == 405


async def test_what_is_out_of_bounds_is_told_in_our_words_with_the_value_and_what_to_write(client):
    for query, field, said in (
        ({"limit": 0}, "/query/limit", "0': write 1 or more"),
        ({"limit": 9999}, "/query/limit", "9999': write 1000 or less"),
        ({"limit": "9" * 5000}, "/query/limit", "this number has too many digits; write a smaller one"),
        ({"limit": "many"}, "/query/limit", "'many': this must be a whole number"),
        ({"side": "up"}, "/query/side", "'up': write one of 'buy' or 'sell'"),
        (
            {"symbol": ""},
            "/query/symbol",
            "it is empty; write something, or leave it out where nothing has to be given",
        ),
        ({"symbol": "x" * 70}, "/query/symbol", "this is too long; write at most 64 characters"),
        ({"symbol": "B\x01"}, "/query/symbol", "this has characters that cannot stand here; write letters and digits"),
    ):
        answer = await client.get(f"{API}/fills", params=query)
        told = problem_of(answer, 422, "not_valid", field)
        assert said in told
        assert "should" not in told
        assert "valid" not in told


async def test_an_idempotency_key_that_is_empty_is_none_and_is_refused(door, client):
    answer = await client.post(f"{API}/bots", json=door.settings() | {"name": "n"}, headers={"Idempotency-Key": ""})
    assert "it is empty" in problem_of(answer, 422, "not_valid", "/header/idempotency-key")
    assert (await client.get(f"{API}/bots")).json()["total"] == 0
