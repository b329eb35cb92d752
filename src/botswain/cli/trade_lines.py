"""`botswain trade` without a live view: one line for each thing that happened, as it happens.

A fill and why it was wanted; an order that was cut, refused or ended and why; a halt. What is said here is what the
journal holds, in words.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from fractions import Fraction

from botswain.build.plan import as_decimal
from botswain.cli.trade_words import charge_line, clock, fill_line, halted_line, note_numbers, note_text
from botswain.engine.view import NoteView, Shown, view_of
from botswain.model.note_texts import all_too_small, blocks, is_of_notional, meaning_of, then, too_small_text
from botswain.model.reasons import Reason, reason_name


class Told:
    """What a bot has been said to have done; `new` gives the lines since.

    elsewhere  reasons of ends that are told by somebody else, and better: `engine.end_notes`
    vain       whether the row of a symbol's number and a slot opens nothing in any case: then its size is no news
    fills      how many it had when that began; None: those of now
    """

    def __init__(
        self,
        runner: Shown,
        elsewhere: Collection[int] = (),
        vain: Callable[[int, int], bool] = lambda _symbol, _slot: False,
        fills: int | None = None,
    ) -> None:
        self.runner = runner
        self.vain = vain
        self.elsewhere = elsewhere
        self.fills = runner.bot.fills if fills is None else fills
        self.charges = runner.bot.charge_count
        self.notes = note_count(runner)
        self.halted = runner.bot.halted is not None

    def new(self) -> list[str]:
        """A line for each charge, fill, note and halt since the last call, in order of time."""
        found = [*self.new_charges(), *self.new_fills(), *self.new_notes()]
        lines = [line for _, line in sorted(found, key=lambda pair: pair[0])]
        halt = self.runner.bot.halted
        if halt is not None and not self.halted:
            lines.append(f"{self.runner.name}: HALTED, {reason_name(halt.reason)}: {halt.message}")
            lines.append(f"{self.runner.name}: {halted_line(view_of(self.runner))}")
        self.halted = halt is not None
        return lines

    def new_fills(self) -> Iterable[tuple[int, str]]:
        """(time, line) of each new fill; of very many only the last are at hand."""
        bot = self.runner.bot
        new, self.fills = bot.fills - self.fills, bot.fills
        kept = list(bot.latest)[-new:] if new else []
        if len(kept) < new:
            yield kept[0].time_ms, f"{self.runner.name}: {new - len(kept)} fills, and"
        for one in kept:
            yield one.time_ms, fill_line(self.runner, one)

    def new_charges(self) -> Iterable[tuple[int, str]]:
        """(time, line) of what holding cost or brought, and of splits; of very many only the last are at hand."""
        bot = self.runner.bot
        new, self.charges = bot.charge_count - self.charges, bot.charge_count
        for one in list(bot.charges)[-new:] if new else []:
            yield one.time_ms, charge_line(self.runner, one)

    def new_notes(self) -> Iterable[tuple[int, str]]:
        """(time, line) of each new note; of very many only the last are at hand."""
        room = self.runner.bot.decider.state.note_room
        count = note_count(self.runner)
        first = max(self.notes, count - room)
        self.notes = count
        for k in range(first, count):
            one = note_at(self.runner, k % room)
            if one.slot >= 0 and one.code in self.elsewhere:
                continue
            s = int(self.runner.bot.decider.state.parts["notes"][k % room].symbol)
            if one.slot >= 0 and one.code == Reason.BELOW_MINIMUM and self.vain(s, one.slot):
                continue
            yield one.time_ms, f"{clock(one.time_ms)} {self.runner.name}: {note_text(one)}{became(one)}"


def became(one: NoteView) -> str:
    """What became of the order that a note is about, or what the limit does that it says was reached."""
    return then(one.code) if one.slot >= 0 else blocks(one.code)


def note_count(runner: Shown) -> int:
    """How many notes a bot has written."""
    return int(runner.bot.decider.state.account.notes)


def too_small(runner: Shown) -> str:
    """What is to be said of a bot that traded nothing because every order it asked for was too small; else empty."""
    bot, state, count = runner.bot, runner.bot.decider.state, note_count(runner)
    codes = [int(state.parts["notes"][k].code) for k in range(min(count, state.note_room))]
    if not all_too_small(codes, count, reached=bool(bot.fills or bot.attempts)):
        return ""
    latest = note_at(runner, count - 1)
    value, least = note_numbers(latest)
    meaning = meaning_of(latest.code, latest.slot, notional=latest.notional)
    return f"{runner.name}: nothing was traded: {too_small_text(meaning, value, least, clock(latest.time_ms))}"


def note_at(runner: Shown, place: int) -> NoteView:
    """The note at a place of a bot's book of notes."""
    state = runner.bot.decider.state
    note = state.parts["notes"][place]
    s = int(note.symbol)
    units, terms = runner.steps.units[s], state.parts["terms"][s]
    return NoteView(
        time_ms=int(note.time_ms),
        symbol=units.symbol,
        slot=int(note.slot),
        code=int(note.code),
        value=float(note.value),
        limit=float(note.limit),
        tick=units.tick,
        lot=units.lot,
        money=as_decimal(Fraction(runner.steps.unit)),
        notional=is_of_notional(int(note.code), float(note.limit), int(terms.min_notional), int(terms.min_lots)),
    )
