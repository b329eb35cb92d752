"""Whatever a bot wants and a venue does, the gate keeps its promises: drawn sequences, each from its number."""

import pytest
from tests.core.drawn_rows import SLOTS, Drawing
from tests.core.gate_promises import Broken, Promises

from botswain.core.codes import DONE, EMPTY, ENDED, REDUCE_ONLY, REDUCING, WAITING, WORKING

# Drawn once and found to break a promise: late fills of parts, a stop whose parent was begun anew in its step, a row
# passed over behind one that was found filled.
ONCE_BROKEN = (4, 89, 43560)


def drawn(seed):
    """A sequence, played and checked after each event."""
    drawing = Drawing(seed, Promises(SLOTS))
    try:
        drawing.run(40)
    except Broken as broken:
        pytest.fail(f"{broken}\n" + "\n".join(drawing.log))
    return drawing


@pytest.mark.parametrize("first", range(0, 500, 50))
def test_the_gate_keeps_its_promises(first):
    for seed in range(first, first + 50):
        drawn(seed)


@pytest.mark.parametrize("seed", ONCE_BROKEN)
def test_a_promise_that_was_once_broken_is_kept(seed):
    drawn(seed)


def test_the_sequences_are_not_tame():
    """Blocks with a position, freed children, part fills, what waits, what only closes, late fills: it is all met."""
    met = set()

    came = set()

    class Watch(Promises):
        def before(self, drawing, news, price, time_ms):
            row = drawing.rows(news.order.symbol)[news.order.slot]
            if news.lots and row.rev == news.order.rev and row.state != WORKING:
                came.add(row.state)
            return super().before(drawing, news, price, time_ms)

        def judged(self, drawing, s):
            super().judged(drawing, s)
            rows = drawing.rows(s)[:SLOTS]
            held = drawing.held(s)
            closes = any(r.state == WORKING and r.reducing == REDUCING for r in rows)
            seen = {
                "a position in a block": self.blocked[s] and held,
                "a short": held < 0,
                "waits": any(r.state == WAITING for r in rows),
                "waits in part": any(r.state == WORKING and r.ended for r in rows),
                "closes in a block": self.blocked[s] and closes,
                "filled in part": any(0 < r.filled < r.eff and r.state == WORKING for r in rows),
                "freed": any(r.freed and r.state == WORKING for r in rows),
                "only reduces": any(r.flag_bits & REDUCE_ONLY and r.state == WORKING for r in rows),
                "a second symbol": s == 1 and held,
                "linked": any(r.link and r.state == WORKING for r in rows),
            }
            met.update((bool(drawing.rules["shortable"]), name) for name, found in seen.items() if found)

    for seed in range(120):
        Drawing(seed, Watch(SLOTS)).run(40)
    # Where none may be short a sale closes always, so no part of one waits; a buy is never in part.
    never = {(False, "a short"), (False, "waits in part")}
    names = {name for _, name in met}
    assert len(names) == 10, names
    assert met == {(shortable, name) for shortable in (False, True) for name in names} - never
    # Late fills came to rows of every kind that an order may outlive, but for filled ones (test_gate_late).
    assert came - {DONE} == {EMPTY, WAITING, ENDED}
