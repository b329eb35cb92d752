"""The faults that can be switched on, as data: name, the case of the fault catalogue, what it does, and its settings.

A switch is on for a number of times (`times`, -1 for ever) and may be bound to an account or a symbol. Where it acts
is in the code that it disturbs, which asks `take`; what happens at once when it is set is in `fault_acts`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from botswain.model.errors import BadInput, near


@dataclass(frozen=True, slots=True)
class Fault:
    """A kind of fault.

    case      the catalogue's number
    does      one line for people
    settings  names and defaults
    at_once   whether it acts when it is set, instead of waiting for a request
    """

    case: str
    does: str
    settings: dict[str, Any] = field(default_factory=dict)
    at_once: bool = False


ACCOUNT = {"account": ""}
ANY = {"account": "", "symbol": "", "method": ""}
ORDER = {"account": "", "symbol": "", "order_id": 0}
FILTERS = ("tick_size", "step_size", "min_qty", "max_qty", "min_notional", "max_orders", "max_algo_orders")
TIMEOUT = "Timeout waiting for response from backend server. Send status unknown; execution status unknown."
OVERLOADED = "Server is currently overloaded with other requests. Please try again in a few minutes."
UNKNOWN = "An unknown error occurred while processing the request."
FAULTS = {
    "error_after_accept": Fault(
        "F04", "do what was asked, answer an error", ANY | {"code": -1007, "status": 504, "msg": TIMEOUT}
    ),
    "refuse": Fault(
        "F14", "answer an error and do nothing", ANY | {"code": -1003, "status": 429, "msg": "Too many requests."}
    ),
    "drop_reply": Fault("F01", "do what was asked, never answer", ANY),
    "drop_request": Fault("F02", "neither do nor answer", ANY),
    "delay_reply": Fault("F08", "do what was asked, answer late", ANY | {"delay_ms": 1000}),
    "delay_request": Fault("F03", "do it late; the caller hears nothing before", ANY | {"delay_ms": 1000}),
    "rename_field": Fault(
        "F05", "answer with a field under another name", ANY | {"field": "orderId", "to": "order_id"}
    ),
    "read_lag": Fault(
        "F07", "orders, fills and balances are read as they were so long ago", ACCOUNT | {"lag_ms": 10_000}
    ),
    "truncate_list": Fault("F12", "answer a list with fewer entries", ANY | {"keep": 0}),
    "fill_before_reply": Fault("F06", "a new order with a price fills at it at once, as a taker if it may", ANY),
    "partial_fills": Fault("F19", "a fill is only a share of what it would be", ANY | {"share": "0.5"}),
    "overfill": Fault("F20", "a fill is larger than the order by so many lots", ANY | {"lots": 1}),
    "blank_trade_id": Fault("F22", "a fill has the trade id of the one before", ANY),
    "cancel_ignored": Fault("F28", "a cancel is answered as done, the order stays", ANY),
    "cancel_refused": Fault("F26", "a cancel finds the order filled just before", ANY),
    "drop_event": Fault("F16", "an event of the user data stream is lost", ACCOUNT),
    "duplicate_event": Fault("F15", "an event of the user data stream comes twice", ACCOUNT),
    "delay_event": Fault("F17", "an event comes only after so many moves of the market", ACCOUNT | {"moves": 1}),
    "swap_events": Fault("F18", "an event overtakes the one before it", ACCOUNT),
    "accept_then_expire": Fault("F13", "a new order is answered as it is and ended right after", ANY),
    "fee_late": Fault("F24", "a fill is told without its fee; myTrades has it", ANY),
    "corrupt_row": Fault("F75", "the first entry of a list is garbage", ANY),
    "drop_candle": Fault("F64", "a closed candle is not told to the streams", {"symbol": ""}),
    "freeze_streams": Fault("F36", "market streams fall silent, pings go on", {}),
    "clock_skew": Fault("F44", "the exchange's clock is off", {"offset_ms": 5000}),
    "maintenance": Fault(
        "F56",
        "every request is answered 503",
        {"method": "", "status": 503, "code": -1008, "msg": OVERLOADED},
    ),
    "ban": Fault("F48", "every request is answered 418", {"retry_after": 120}),
    "forbidden": Fault("F51", "every request is answered 403", {"method": ""}),
    "key_revoked": Fault("F84", "the keys of an account are not known any more", ACCOUNT),
    "lookup_refused": Fault(
        "F78", "reads of orders are answered with an error", ACCOUNT | {"code": -1000, "status": 500, "msg": UNKNOWN}
    ),
    "prune_history": Fault("F25", "finished orders and fills are forgotten", ACCOUNT, at_once=True),
    "balance_jump": Fault(
        "F35",
        "a deposit, or with a minus a withdrawal",
        {"account": "", "asset": "USDT", "amount": "100"},
        at_once=True,
    ),
    "filters_changed": Fault(
        "F53", "a symbol's filters are others from now on", {"symbol": ""} | dict.fromkeys(FILTERS, ""), at_once=True
    ),
    "symbol_status": Fault(
        "F56", "a symbol's status is another from now on", {"symbol": "", "status": "HALT"}, at_once=True
    ),
    "symbol_removed": Fault("F57", "a symbol is listed no more", {"symbol": ""}, at_once=True),
    "foreign_cancel": Fault(
        "F33", "the owner cancels an order by hand; without order_id all of the symbol", ORDER, at_once=True
    ),
    "exchange_cancel": Fault("F32", "the exchange ends an order", ORDER, at_once=True),
    "foreign_order": Fault(
        "F34",
        "the owner places an order by hand",
        {"account": "", "symbol": "", "side": "BUY", "quantity": "", "price": "", "client_id": ""},
        at_once=True,
    ),
    "stream_ended": Fault("F38", "the user data streams of an account end", ACCOUNT, at_once=True),
    "revise_candle": Fault(
        "F65", "the last closed candle comes again with another close", {"symbol": "", "ticks": 1}, at_once=True
    ),
    "bad_print": Fault("F66", "a trade is told at a price that was none", {"symbol": "", "factor": "2"}, at_once=True),
    "disconnect": Fault("F42", "every socket is told of a shutdown and closed", {}, at_once=True),
}


@dataclass
class Switch:
    """A fault that is on: how often it still acts, and its settings."""

    name: str
    times: int
    settings: dict[str, Any]


@dataclass
class Faults:
    """The switches that are on, by name."""

    on: dict[str, list[Switch]] = field(default_factory=dict)
    acted: dict[str, int] = field(default_factory=dict)

    def take(self, name: str, account: str = "", symbol: str = "", method: str = "") -> dict[str, Any] | None:
        """The settings of a switch that is on for this account, symbol and method, counting one use; else None."""
        if name not in self.on:
            return None
        here = {"account": account, "symbol": symbol, "method": method}
        for switch in self.on[name]:
            if all(switch.settings.get(key, "") in ("", value) for key, value in here.items()):
                self.acted[name] = self.acted.get(name, 0) + 1
                if switch.times > 0:
                    switch.times -= 1
                    if switch.times == 0:
                        self.clear(name, switch)
                return switch.settings
        return None

    def put(self, name: str, given: dict[str, Any]) -> Switch:
        """Switch a fault on. Raises BadInput for an unknown name or setting."""
        switch = checked(name, given)
        self.on.setdefault(name, []).append(switch)
        return switch

    def clear(self, name: str, switch: Switch | None = None) -> None:
        """Switch one, or all of a name, off."""
        left = [one for one in self.on.get(name, []) if switch is not None and one is not switch]
        if left:
            self.on[name] = left
        else:
            self.on.pop(name, None)


def checked(name: str, given: dict[str, Any]) -> Switch:
    """A switch with its defaults. Raises BadInput for an unknown name, setting or kind of value."""
    if name not in FAULTS:
        raise BadInput(f"fault {name!r} is unknown{near(name, FAULTS)}")
    known = FAULTS[name].settings
    settings = dict(known)
    times = given.get("times", 1)
    if not isinstance(times, int) or times == 0:
        raise BadInput(f"fault {name}: times is {times!r}; write a whole number, -1 for ever")
    for key, value in given.items():
        if key == "times":
            continue
        if key not in known:
            raise BadInput(f"fault {name}: {key!r} is not a setting of it{near(key, known)}")
        if not isinstance(value, type(known[key])):
            raise BadInput(f"fault {name}: {key} is {value!r}; give it as {type(known[key]).__name__}")
        settings[key] = value
    return Switch(name, times, settings)
