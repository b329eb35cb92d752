"""The description of the door (OpenAPI): what every route may answer besides its own result.

Problems have one shape and are added here for all routes, so that none is forgotten and no route repeats them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI
from pydantic.json_schema import models_json_schema

from botswain.api.problems import MEDIA_TYPE, TITLES
from botswain.api.schemas.shape import FieldProblem, Problem

REF = "#/components/schemas/{model}"
PROBLEM = {"$ref": "#/components/schemas/Problem"}
MADE_WITH_CONDITIONS = ("if-match",)
VERBS = ("get", "post", "put", "patch", "delete")
LEAST_ERROR = 400
# Routes that a cookie is enough for, or that open with a password: another site's page may not use them.
COOKIE_ROUTES = ("/auth/sign-in", "/auth/refresh", "/auth/sign-out")


def describe(app: FastAPI) -> None:
    """Have the application's description name every problem."""
    plain = app.openapi

    def full() -> dict[str, Any]:
        if app.openapi_schema is None:
            complete(plain())
        return app.openapi_schema or plain()

    app.openapi = full  # type: ignore[method-assign]


def complete(found: dict[str, Any]) -> None:
    """Add what may go wrong to every operation."""
    schemas = found["components"]["schemas"]
    _, defined = models_json_schema([(Problem, "serialization"), (FieldProblem, "serialization")], ref_template=REF)
    schemas |= defined["$defs"]
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    for told in found["webhooks"].values():
        told["post"]["responses"].pop("422", None)  # what we tell nobody refuses
    for path, verb, operation in operations(found):
        answers = operation["responses"]
        answers.pop("422", None)
        declared = [int(one) for one in answers if one.isdigit() and int(one) >= LEAST_ERROR]
        for status in (*declared, *statuses(path, verb, operation)):
            if "content" not in answers.get(str(status), {}):  # health has answers of its own
                answers[str(status)] = answer(status)


def operations(found: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Every operation with its path and verb."""
    for path, item in found["paths"].items():
        for verb in VERBS:
            if verb in item:
                yield path, verb, item[verb]


def statuses(path: str, verb: str, operation: dict[str, Any]) -> list[int]:
    """What may go wrong with an operation."""
    health = "/health/" in path
    given = operation.get("parameters", [])
    found = {500, 503, 400, 422}
    if not health:
        found.add(401)
    if "{" in path or any(one["name"] == "bot_id" for one in given):
        found.add(404)
    if verb != "get":
        found |= {404, 409, 413}
    if "requestBody" in operation:
        found |= {415}
    if any(one["in"] == "header" and one["name"] in MADE_WITH_CONDITIONS for one in given):
        found |= {412, 428}
    if "/auth/" in path and verb == "post":
        found |= {429}
    if path.endswith(COOKIE_ROUTES):
        found |= {403}
    return sorted(found)


def answer(status: int) -> dict[str, Any]:
    """A problem of a status."""
    example = {
        "type": "about:blank",
        "title": TITLES[status],
        "status": status,
        "detail": EXAMPLES.get(status, ("", "what was wrong, the value, and what to do"))[1],
        "code": EXAMPLES.get(status, ("bad_input", ""))[0],
        "field": "/parameters/levels" if status == 422 else None,
        "errors": [],
    }
    return {"description": TITLES[status], "content": {MEDIA_TYPE: {"schema": PROBLEM, "example": example}}}


EXAMPLES = {
    401: ("not_signed_in", "no access token was shown; sign in"),
    404: ("not_found", "there is no bot 0197...; list the bots to see their ids"),
    409: ("not_stopped", "bot 'btc-ladder' is running; stop it first"),
    412: ("changed_meanwhile", "it is at version 4, the request was made at 3. Look at it again and repeat"),
    415: ("not_json", "the body is text/csv; send JSON, with Content-Type: application/json"),
    422: ("bad_input", "parameter levels is 900; it must be from 1 to 500"),
    428: ("precondition_required", "If-Match is missing; send the ETag of what you saw"),
    429: ("too_many_requests", "there were 5 attempts in a short time; try again in 300 s"),
    500: ("fault", "a fault in Botswain; its log says where"),
    503: ("unavailable", "the database did not answer; check that it runs"),
}
