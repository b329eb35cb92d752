"""What goes wrong, as RFC 9457 problems: one place where errors become answers.

`code` is stable and for programs, `detail` is for people, `field` points at what is at fault: into the body
("/capital"), or at "/query/NAME", "/header/NAME", "/path/NAME". What nobody foresaw says nothing of itself; its
traceback is in the log.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from botswain.api.schemas.shape import ASSET, CLOCK, EXACT, FieldProblem, Problem
from botswain.control.refusals import Conflict, Missing, NotSignedIn, Outdated, Throttled, Wrong, pointer
from botswain.model.errors import BadInput, BotswainError, Deferred, FailClosed, Unavailable
from botswain.store.failures import AlreadyRecorded

MEDIA_TYPE = "application/problem+json"
TITLES = {
    400: "Not understood",
    401: "Not signed in",
    403: "Not allowed",
    404: "Not found",
    405: "Not possible here",
    409: "Not as things stand",
    412: "Changed meanwhile",
    413: "Too large",
    415: "Not a kind of body that is read here",
    421: "Not this server",
    422: "Not valid",
    428: "Say what you saw",
    429: "Too many requests",
    500: "A fault of Botswain",
    503: "Not available now",
}
# The nearest class counts; a class that is not here is a fault.
STATUS: dict[type[BotswainError], tuple[int, str]] = {
    Missing: (404, ""),
    Conflict: (409, ""),
    Outdated: (412, ""),
    NotSignedIn: (401, ""),
    Throttled: (429, ""),
    Wrong: (422, ""),
    BadInput: (422, "bad_input"),
    AlreadyRecorded: (409, "already_there"),
    Deferred: (503, "not_yet"),
    Unavailable: (503, "unavailable"),
    FailClosed: (503, "not_sure"),
}
MOST_ERRORS = 50
# How messages of the database begin (`store.failures`), and fields whose values are never sent back.
DATABASE = "database "
SECRETS = frozenset({"password", "current", "new", "api_key", "secret"})
log = logging.getLogger("botswain.api")
IF_MATCH = ("header", "if-match")


def problem(
    status: int,
    code: str,
    detail: str,
    *,
    field: str | None = None,
    errors: Sequence[FieldProblem] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    """The answer."""
    shown = Problem(
        type="about:blank",
        title=TITLES.get(status, "Not done"),
        status=status,
        detail=detail,
        code=code,
        field=field,
        errors=list(errors),
    )
    return Response(shown.model_dump_json(), status, dict(headers or {}), MEDIA_TYPE)


def install(app: FastAPI) -> None:
    """Have the application answer every error so."""
    app.add_exception_handler(BotswainError, refused)
    app.add_exception_handler(RequestValidationError, not_valid)
    app.add_exception_handler(HTTPException, of_http)
    app.add_exception_handler(Exception, unforeseen)


async def refused(_request: Request, error: Exception) -> Response:
    """Something that the rooms below say no to."""
    found = next((STATUS[one] for one in type(error).__mro__ if one in STATUS), None)
    if found is None:
        return fault()
    status, code = found
    if str(error).startswith(DATABASE):
        log.warning("%s", error)  # it names files or servers, which callers need not know
        return of_database(conflict=status == 409)
    if not isinstance(error, Wrong):
        return problem(status, code, str(error), headers={"Retry-After": "2"} if status == 503 else None)
    headers = {"WWW-Authenticate": "Bearer"} if status == 401 else {}
    if isinstance(error, Throttled):
        headers["Retry-After"] = str(error.retry_after_s)
    return problem(status, error.code, str(error), field=error.field, headers=headers)


def of_database(*, conflict: bool) -> Response:
    """What the database said no to: something that is there already, or it does not work as it should."""
    if conflict:
        return problem(409, "already_there", "somebody else was faster and it is there already; look again")
    said = "the database does not answer or takes nothing now; nothing was changed. Try again; the log says more"
    return problem(503, "unavailable", said, headers={"Retry-After": "2"})


async def not_valid(_request: Request, error: Exception) -> Response:
    """A request that is not of the described shape."""
    assert isinstance(error, RequestValidationError)
    found = once_each(error.errors())
    if [tuple(one["loc"]) for one in found] == [IF_MATCH] and found[0]["type"] == "missing":
        said = "If-Match is missing; send the ETag of what you saw, so that nobody's change is undone unseen"
        return problem(428, "precondition_required", said, field="/header/if-match")
    errors = [FieldProblem(field=place_of(one), detail=told(one)) for one in found[:MOST_ERRORS]]
    first = errors[0]
    return problem(422, "not_valid", f"{first.field or 'the body'}: {first.detail}", field=first.field, errors=errors)


def once_each(found: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Errors without those of a union's further kinds: a value at fault is one error, and says what may stand there."""
    known: dict[tuple[str, object], Mapping[str, Any]] = {}
    for one in found:
        last = one["loc"][-1] if one["loc"] else ""
        if last not in SIMPLE:
            known[place_of(one), len(known)] = one
            continue
        known.setdefault(
            (place_of(one), "union"), {**one, "type": "union", "msg": "this must be text, a number or true or false"}
        )
    return list(known.values())


def place_of(one: Mapping[str, Any]) -> str:
    """Where an error is: within the body its pointer, elsewhere with the part's name before it."""
    part, *rest = one["loc"]
    if one["type"] == "json_invalid":
        return ""
    # What a union tried stands in the path too, and is no place in what was sent.
    places = [name for name in rest if isinstance(name, int) or not name.startswith(TRIED)]
    if places and places[-1] in KINDS:
        places.pop()
    return pointer(*places) if part == "body" else pointer(part, *places)


# How Pydantic names what it tried of a union, and which part of an entry (its name) is at fault.
TRIED = ("function-", "constrained-")
SIMPLE = ("str", "int", "float", "bool")
KINDS = (*SIMPLE, "[key]")


def told(one: Mapping[str, Any]) -> str:
    """What is wrong, and with what."""
    about = one.get("ctx", {})
    message = WORDS[str(one["type"])].format_map(about) if one["type"] in WORDS else str(one["msg"])
    if one["type"] == "string_pattern_mismatch":
        message = PATTERNS.get(about.get("pattern", ""), ODD_LETTERS)
    if one["type"] == "json_invalid":
        return f"it is not JSON ({one.get('ctx', {}).get('error', 'unreadable')}); send JSON text"
    if one["type"] == "model_attributes_type" and len(one["loc"]) == 1:
        return "it is no JSON object; send one, with Content-Type: application/json"
    if one["type"] == "string_too_short" and not one.get("input"):
        return "it is empty; write something, or leave it out where nothing has to be given"
    if one["type"] == "missing":
        return "it is missing; it must be given"
    if one["type"] == "extra_forbidden":
        return "it is unknown here; leave it out"
    value = one.get("input") if SECRETS.isdisjoint(one["loc"]) else None
    shown = f"{value!r}" if isinstance(value, str | int | float | bool) else ""
    return f"{shown[:80]}: {lower(message)}" if shown else lower(message)


# What is said instead of Pydantic's words, which name neither JSON's kinds nor what to do.
WORDS = {
    "string_type": "this must be text, in quotation marks",
    "int_type": "this must be a whole number",
    "int_parsing": "this must be a whole number",
    "int_from_float": "this must be a whole number",
    "bool_type": "this must be true or false",
    "bool_parsing": "this must be true or false",
    "list_type": "this must be a list, in square brackets",
    "dict_type": "this must be an object of names and values",
    "model_attributes_type": "this must be an object of names and values",
    "float_type": "this must be a number",
    "float_parsing": "this must be a number",
    "finite_number": "this must be a number that is finite",
    "int_parsing_size": "this number has too many digits; write a smaller one",
    "greater_than_equal": "write {ge} or more",
    "greater_than": "write more than {gt}",
    "less_than_equal": "write {le} or less",
    "less_than": "write less than {lt}",
    "string_too_short": "this is too short; write {min_length} characters or more",
    "string_too_long": "this is too long; write at most {max_length} characters",
    "too_short": "there are {actual_length}; give at least {min_length}",
    "too_long": "there are too many; give at most {max_length}",
    "literal_error": "write one of {expected}",
    "enum": "write one of {expected}",
    "string_unicode": "this is no text; send it as UTF-8",
}
ODD_LETTERS = "this has characters that cannot stand here; write letters and digits"
PATTERNS = {
    EXACT: "write a decimal number as text, such as 125.50; no exponent, no spaces, at most 18 decimals",
    CLOCK: "write a time as HH:MM, from 00:00 to 23:59",
    ASSET: "write an asset in capitals, such as USDT",
}


def lower(text: str) -> str:
    """Pydantic begins its sentences with capitals."""
    return text[:1].lower() + text[1:]


class Told(HTTPException):
    """An error of HTTP whose detail is for people: what was wrong, the value, and what to do."""


async def of_http(_request: Request, error: Exception) -> Response:
    """What the framework says no to: unknown paths and methods, bodies that cannot be read."""
    assert isinstance(error, HTTPException)
    code, detail = HTTP_WORDS.get(error.status_code, ("not_done", str(error.detail)))
    detail = str(error.detail) if isinstance(error, Told) else detail
    return problem(error.status_code, code, detail, headers=error.headers)


HTTP_WORDS = {
    400: ("not_understood", "the request cannot be read; look at its body and headers"),
    403: ("not_from_here", "another site's page asked for this; open Botswain itself"),
    404: ("not_found", "there is nothing at this address; look at /api/v1/openapi.json"),
    405: ("method_not_allowed", "this address does not take that method; look at /api/v1/openapi.json"),
    413: ("too_large", "the request's body is larger than 1 MiB; send less"),
    415: ("not_json", "the body is of a kind that is not read here; send JSON, with Content-Type: application/json"),
}


async def unforeseen(_request: Request, _error: Exception) -> Response:
    """Anything else."""
    return fault()


def fault() -> Response:
    """A fault, of which nothing is shown."""
    return problem(500, "fault", "a fault in Botswain; its log says where. Nothing half-done was kept")
