"""Parameters: each default within its bounds, and each bound a strategy that runs, or is refused with a sentence."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from typing import Any

from botswain.build.line_budget import TooManyLines, is_authors, load_budget
from botswain.core.strategy import Param
from botswain.lab.vetting.findings import Finding, Place, failed, fine, place_in, warning
from botswain.lab.vetting.ground import Ground, plan_on
from botswain.lab.vetting.probe import probe
from botswain.lab.vetting.subject import Subject
from botswain.model.errors import BadInput

CHECK = "parameters"
MOST_CHOICES = 12


def declarations(subject: Subject) -> list[Finding]:
    """What is wrong with how parameters are declared."""
    return [one for name, param in subject.cls.parameters().items() for one in declared(subject, name, param)]


def declared(subject: Subject, name: str, param: Param) -> Iterator[Finding]:
    """Of one."""
    place = subject.parameter(name)
    low, high = param.low, param.high
    if low is not None and high is not None and low > high:
        yield failed(CHECK, f"{name} goes from {low} to {high}", place, "write the lower bound first")
        return
    try:
        param.read(param.default)
    except BadInput as error:
        yield failed(CHECK, f"the default is refused: {error}", place, "let the default lie within its bounds")
    if param.search is not None:
        least, most = param.search
        if (low is not None and least < low) or (high is not None and most > high) or least > most:
            what = f"{name} is searched from {least} to {most}, beyond its bounds {low} to {high}"
            yield failed(CHECK, what, place, "let search lie within the bounds")
    counted = isinstance(param.default, int | float) and not isinstance(param.default, bool)
    if counted and not param.choices and (low is None or high is None):
        yield warning(CHECK, f"{name} has no bounds", place, f"write Param({param.default}, least, most, help=...)")


def extremes(subject: Subject, given: dict[str, Any], ground: Ground) -> list[Finding]:
    """Each parameter at each of its ends, the others as given."""
    found: list[Finding] = []
    ran = refused = 0
    for name, param in subject.cls.parameters().items():
        for value in ends(param):
            outcome = tried(subject, given | {name: value}, ground, name, value)
            ran += outcome is None
            refused += outcome == ""
            if isinstance(outcome, Finding):
                found.append(outcome)
    if not found and ran + refused:
        found.append(fine(CHECK, f"{ran} ends of parameters run, {refused} are refused with a sentence"))
    return found


def ends(param: Param) -> list[Any]:
    """The values at the ends of a parameter."""
    if param.choices:
        return list(param.choices[:MOST_CHOICES])
    if isinstance(param.default, bool):
        return [False, True]
    return [one for one in (param.low, param.high) if one is not None]


def tried(subject: Subject, values: dict[str, Any], ground: Ground, name: str, value: Any) -> Finding | str | None:
    """None where it ran, an empty text where it was refused with a sentence, else what went wrong."""
    said = f"{name}={value}"
    try:
        with load_budget():
            strategy = subject.cls(**values)
            plan = plan_on(ground, strategy)
            market = ground.market(strategy)
            plan.check_first_price((first_price(ground),))
        seen = probe(plan, market)
    except BadInput:
        return ""
    except TooManyLines as error:
        return failed(CHECK, f"with {said} it does not end", Place(error.file, error.line), "give it a bound", said)
    except Exception as error:  # noqa: BLE001 - the outer wall of a user's declarations, tried with odd values
        what = f"with {said}: {type(error).__name__}: {error}"
        remedy = "refuse it in validate() by raising BadInput with a sentence, or narrow the bounds"
        return failed(CHECK, what, raised_at(error, subject.parameter(name)), remedy, said)
    if not seen.ended:
        return None
    remedy = "refuse it in validate(), narrow the bounds, or let the step bear it"
    return failed(CHECK, f"with {said}: {seen.ended}", place_in(seen.ended, subject.parameter(name)), remedy, said)


def raised_at(error: BaseException, otherwise: Place) -> Place:
    """The author's line that an error came through last."""
    lines = [(frame.f_code.co_filename, line) for frame, line in traceback.walk_tb(error.__traceback__)]
    own = [Place(file, line) for file, line in lines if is_authors(file)]
    return own[-1] if own else otherwise


def first_price(ground: Ground) -> Any:
    """The first close, exactly."""
    tick = ground.instrument.tick_size
    return round(float(ground.candles.close[0]) / float(tick)) * tick
