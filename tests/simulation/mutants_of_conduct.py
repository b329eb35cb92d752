"""Four engines whose books are right and that do too little, or the same again and again."""

from __future__ import annotations

import itertools
from typing import Any

from tests.simulation.mutants import Mutant

from botswain.engine import live_bot, refusals
from botswain.engine.account import Account
from botswain.engine.live_bot import LiveBot
from botswain.engine.rule_refusals import RuleRefusals
from botswain.model.news import Command, Link, Mode
from botswain.store.halts import RESOLVER


def stops_at_every_timeout(m: Any) -> None:
    real = Account.unsure

    def unsure(self: Any, track: Any, outcome: Any) -> None:
        real(self, track, outcome)
        if track.unresolved:
            self.tell(track, [Command(Mode.CANCEL_ENTRIES, RESOLVER, f"order {track.name} timed out")])

    m.setattr(Account, "unsure", unsure)


def opens_nothing_after_a_disconnect(m: Any) -> None:
    take, chosen = LiveBot.take, LiveBot.chosen

    def taken(self: Any, one: Any, records: Any) -> None:
        self.gone = getattr(self, "gone", False) or (isinstance(one, Link) and not one.up)
        take(self, one, records)

    def some(self: Any) -> Any:
        rows, held, short = chosen(self)
        gone = getattr(self, "gone", False)
        resting = {(one.symbol, one.slot, one.rev) for one in self.working.values()}
        kept = [one for one in rows if not gone or one.side < 0 or (one.symbol, one.slot, one.rev) in resting]
        return kept, held, short

    m.setattr(LiveBot, "take", taken)
    m.setattr(LiveBot, "chosen", some)


def asks_as_fast_as_it_is_answered(m: Any) -> None:
    m.setattr(RuleRefusals, "again_s", lambda *_: 0.0)
    m.setattr(RuleRefusals, "pause_s", lambda *_: 0.0)
    m.setattr(refusals, "KEYLESS_S", 0.0)


def places_its_stop_anew_at_every_candle(m: Any) -> None:
    count, planned, instant = itertools.count(), live_bot.planned, LiveBot.instant

    def plan(rows: Any, working: Any, abilities: Any) -> Any:
        return planned(rows if next(count) % 2 else [], working, abilities)

    def taken(self: Any, *given: Any, **named: Any) -> Any:
        self._look = True
        return instant(self, *given, **named)

    m.setattr(live_bot, "planned", plan)
    m.setattr(LiveBot, "instant", taken)


CONDUCT = (
    Mutant("stops a bot at every timeout", "F80", "nautilus#3622", "network", stops_at_every_timeout, seed=4),
    Mutant(
        "opens nothing more after a disconnect",
        "F39",
        "ccxt#22662",
        "network",
        opens_nothing_after_a_disconnect,
        seed=3,
    ),
    Mutant(
        "asks again as fast as it is answered",
        "F52",
        "freqtrade#1371",
        "venue",
        asks_as_fast_as_it_is_answered,
        seed=12,
    ),
    Mutant(
        "places its stop anew at every candle",
        "F30",
        "freqtrade#11788",
        "none",
        places_its_stop_anew_at_every_candle,
        coins="10",
    ),
)
