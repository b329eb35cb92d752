"""Does what the plan says: switches the exchange's own faults, the weather, the clock and the crasher, and back.

Settings that only make sense against the state of the moment (a foreign order near the price) are worked out here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from botswain.model.errors import BotswainError
from botswain.sandbox.amounts import UNIT, text_of
from botswain.sandbox.facts import Filters
from botswain.sandbox.fault_acts import act
from botswain.sandbox.fault_table import FAULTS, Switch
from botswain.sandbox.pair import TRADING
from botswain.sandbox.refusals import Refused
from botswain.simulation.kinds_table import KINDS
from botswain.simulation.plan import Injection
from botswain.simulation.venue_books import BY_HAND
from botswain.simulation.venue_end import VenueEnd
from botswain.simulation.weather import Crasher

PATIENCE_S = 120.0
SOCKETS = ("disconnect", "half_open", "frozen", "frame_garbled")


@dataclass
class Acts:
    """The plan's hands. kill: ends the life that is."""

    end: VenueEnd
    crasher: Crasher
    kill: Callable[[], None]
    switches: dict[int, Switch] = field(default_factory=dict)
    undo: dict[int, Callable[[], None]] = field(default_factory=dict)
    windows: dict[str, int] = field(default_factory=dict)
    filters: dict[str, Filters] = field(default_factory=dict)
    numbers: int = 0

    def begin(self, one: Injection) -> None:
        """A fault's time has come."""
        if one.group == "FX":
            self.disturb(one)
        elif one.group == "CK":
            self.turn_clock(one)
        elif one.kind == "CP:point":
            self.end.later(PATIENCE_S, self.hasten, self.crasher.arm())
        elif one.kind == "CP:anywhere":
            self.kill()
        elif one.group == "PX" and one.name in SOCKETS:
            if self.end.sicken(one.settings["which"], one.name):
                self.end.trail.fault(one.kind, one.settings["which"])
        else:
            self.end.trail.note(f"begins {one.kind} {one.settings}")
            self.end.weather.put(one)
            if one.kind == "PX:slow":
                self.end.trail.fault(one.kind)

    def hasten(self, arming: int) -> None:
        """A point that was aimed at and not reached may be one of a start: let there be one."""
        if self.crasher.armed and self.crasher.armings == arming:
            self.kill()

    def lift(self, one: Injection) -> None:
        """A fault's time is over."""
        undo = self.undo.pop(id(one), None)
        if undo is not None:
            undo()
        switch = self.switches.pop(id(one), None)
        if switch is not None:
            self.end.exchange.floor.faults.clear(one.name, switch)
        self.end.weather.lift(one)

    def calm(self) -> None:
        """A storm is over: nothing goes wrong from here on."""
        self.end.trail.note("the storm is over")
        for undo in self.undo.values():
            undo()
        self.undo.clear()
        self.switches.clear()
        self.end.exchange.floor.faults.on.clear()
        self.end.weather.clear()
        self.end.heal()
        self.crasher.disarm()

    def counted(self) -> dict[str, int]:
        """How often the exchange's own faults acted; one that was on for a time counts once for each time."""
        acted = self.end.exchange.floor.faults.acted
        found = {}
        for name, count in acted.items():
            kind = f"FX:{name}"
            lasting = kind in KINDS and KINDS[kind].lasts_ms is not None and not FAULTS[name].at_once
            found[kind] = min(count, self.windows.get(kind, 1)) if lasting else count
        return found

    def disturb(self, one: Injection) -> None:
        """One of the exchange's own."""
        end = self.end
        floor = end.exchange.floor
        end.witness.moved()
        settings = self.settled(one)
        if settings is None:
            return
        end.trail.note(f"begins {one.kind} {settings}")
        if FAULTS[one.name].at_once:
            try:
                act(floor, one.name, settings)
            except (BotswainError, Refused) as error:
                end.trail.note(f"nothing came of {one.kind}: {error}")
        else:
            lasting = KINDS[one.kind].lasts_ms is not None
            self.windows[one.kind] = self.windows.get(one.kind, 0) + 1
            self.switches[id(one)] = floor.faults.put(one.name, settings | {"times": -1 if lasting else one.times})
        end.deliver()
        end.witness.moved()

    def settled(self, one: Injection) -> dict[str, Any] | None:
        """The settings, worked out against the moment; None where there is nothing to do it to."""
        floor, settings = self.end.exchange.floor, dict(one.settings)
        pair = list(floor.pairs.values())[one.at_ms % len(floor.pairs)]
        facts = pair.facts
        if one.name in ("symbol_status", "foreign_cancel", "exchange_cancel", "revise_candle", "bad_print"):
            settings["symbol"] = pair.pair_id
        if one.name == "symbol_status":
            self.undo[id(one)] = lambda: setattr(pair, "status", TRADING)
        if one.name == "balance_jump":
            settings["asset"] = facts.quote
        if one.name == "foreign_order":
            self.numbers += 1
            away = 1 - settings.pop("away") * (1 if settings["side"] == "BUY" else -1)
            ticks = max(int(pair.last * away), 1)
            lots = max(20 * UNIT // max(ticks * facts.money, 1), 1)
            settings |= {"symbol": pair.pair_id, "price": facts.price_text(ticks), "quantity": facts.qty_text(lots)}
            settings["client_id"] = f"{BY_HAND}{self.numbers}"
        if one.name == "filters_changed":
            # Of two changes at a time the later one knows no more what was before the first.
            before = self.filters.setdefault(pair.pair_id, pair.filters)
            self.undo[id(one)] = lambda: setattr(pair, "filters", before)
            settings["symbol"] = pair.pair_id
            for name, grid in (("step", before.step_size), ("tick", before.tick_size)):
                factor = settings.pop(f"{name}_factor", 0)
                if factor:
                    settings[f"{name}_size"] = text_of(grid * factor)
        return settings

    def turn_clock(self, one: Injection) -> None:
        """The engine's own clock goes off, for good or for a while."""
        by_ms = one.settings["by_ms"]
        self.end.clock.offset_ms += by_ms
        self.end.trail.fault(one.kind, f"{by_ms} ms")
        if one.name == "skew":
            self.undo[id(one)] = lambda: self.turn_back(by_ms)

    def turn_back(self, by_ms: int) -> None:
        """The clock is set right again."""
        self.end.clock.offset_ms -= by_ms
