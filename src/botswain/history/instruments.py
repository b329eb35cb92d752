"""An instrument file: what `--instrument FILE` names.

A YAML or JSON object with the fields of `Instrument`. Numbers are read as text and become Decimal exactly, so
that 0.1 in the file is 0.1 in the ledger whether or not it was written between quotes.
"""

from __future__ import annotations

import dataclasses
import json
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import yaml

from botswain.history.yaml_once import TextOnce
from botswain.model.errors import BadInput, near
from botswain.model.instrument import USUAL_FEE, Instrument

_FIELDS = {field.name: field for field in dataclasses.fields(Instrument)}
_NEEDED = [name for name, field in _FIELDS.items() if field.default is dataclasses.MISSING]
_TEXT = ("symbol", "fee_asset")
_NONE = ("", "null", "none", "~")
_EXAMPLE = "symbol: BTC/USDT, tick_size: 0.01, lot_size: 0.00001"


def read_instrument(path: Path, fee: Decimal = USUAL_FEE) -> Instrument:
    """The instrument written in the YAML or JSON file at `path`; `fee` is that of a side the file says nothing of.

    Raises BadInput naming the key, its value and the remedy: unknown key, missing key, not a number, out of range.
    """
    origin = str(path)
    values = _object(path, origin)
    for key in values:
        if key not in _FIELDS:
            raise BadInput(f"{origin}: {key!r} is not a key of an instrument{near(key, _FIELDS)}")
    missing = [name for name in _NEEDED if name not in values]
    if missing:
        raise BadInput(f"{origin}: {', '.join(missing)} is missing; an instrument has at least {_EXAMPLE}")
    parsed: dict[str, Any] = {"maker_fee": fee, "taker_fee": fee}
    parsed |= {key: _value(origin, key, value) for key, value in values.items()}
    try:
        return Instrument(**parsed)
    except BadInput as error:
        raise BadInput(f"{origin}: {error}") from None


def _object(path: Path, origin: str) -> dict[str, Any]:
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise BadInput(f"{origin}: there is no such file; name a YAML or JSON file with {_EXAMPLE}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"{origin}: cannot be read ({error}); name a YAML or JSON file with {_EXAMPLE}") from None
    try:
        if path.suffix.lower() == ".json":
            found = json.loads(text, parse_float=str, parse_int=str, object_pairs_hook=once)
        else:
            found = yaml.load(text, Loader=TextOnce)
    except (ValueError, yaml.YAMLError) as error:
        reason = " ".join(str(error).split())
        raise BadInput(f"{origin}: is not YAML or JSON ({reason}); write {_EXAMPLE}, one key a line") from None
    if not isinstance(found, dict):
        raise BadInput(f"{origin}: holds {type(found).__name__}, not keys and values; write {_EXAMPLE}, one key a line")
    return {str(key): value for key, value in found.items()}


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object. Raises ValueError where a key stands in it twice: the last would be taken and nothing said."""
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"{key} is given twice, as {found[key]} and {value}; give it once")
        found[key] = value
    return found


def _value(origin: str, key: str, value: Any) -> Any:
    if key in _TEXT:
        if not isinstance(value, str):
            raise BadInput(f"{origin}: {key} is {value!r}; write a name, such as BTC/USDT or BNB")
        return value
    if key == "shortable":
        return _flag(origin, key, value)
    if _FIELDS[key].default is None and (value is None or str(value).lower() in _NONE):
        return None
    number = _number(origin, key, value)
    if key == "fee_precision":
        if number != number.to_integral_value():
            raise BadInput(f"{origin}: {key} is {value}; write whole decimals, such as 8")
        return int(number)
    return number


def _flag(origin: str, key: str, value: Any) -> bool:
    known = {"true": True, "yes": True, "false": False, "no": False}
    text = str(value).lower()
    if text not in known:
        raise BadInput(f"{origin}: {key} is {value!r}; write true or false")
    return known[text]


def _number(origin: str, key: str, value: Any) -> Decimal:
    try:
        number = Decimal(value if isinstance(value, str) else "not a number")
    except InvalidOperation:
        raise BadInput(f"{origin}: {key} is {value!r}, not a number; write it as 0.01 or 1e-8") from None
    if not number.is_finite():
        raise BadInput(f"{origin}: {key} is {value}, not a finite number; write it as 0.01 or 1e-8")
    return number
