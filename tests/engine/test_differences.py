"""Two rows side by side: the first field that differs, in few words."""

import msgspec

from botswain.engine.differences import difference, same
from botswain.model.journal import MarketRef
from botswain.model.news import Command, Mode
from botswain.store.bot_records import TYPES, Ended, Halted, NoteNow, Step


def step(*notes, memory=()):
    return TYPES.row(Step(MarketRef("s", 5), 60, (), notes, memory), 60)


def test_the_field_is_named_by_its_way_from_the_row_down():
    one, other = NoteNow(0, 1, 2, 3.0, 4.0), NoteNow(0, 1, 2, 3.5, 4.0)
    assert difference(step(one), step(other)) == "notes.0.value is 3.5 in the journal, 3.0 recomputed"
    assert difference(step(one), step()) == "the number of notes is 0 in the journal, 1 recomputed"
    assert difference(step(memory=(1.0,)), step(memory=(2.0,))).startswith("memory.0 is 2.0 in the journal")


def test_rows_of_two_kinds_and_rows_of_two_times_are_said_to_be():
    ended = TYPES.row(Ended("a", 0, 0, 1), 5)
    assert difference(ended, step()) == "kind is step in the journal, order recomputed"
    assert difference(ended, TYPES.row(Ended("a", 0, 0, 1), 6)) == "time_ms is 6 in the journal, 5 recomputed"


def test_long_values_are_cut():
    long, longer = TYPES.row(Ended("a" * 500, 0, 0, 1), 5), TYPES.row(Ended("b" * 500, 0, 0, 1), 5)
    assert len(difference(long, longer)) < 220


def test_only_the_words_of_a_halt_may_differ():
    assert same(TYPES.row(Halted(401, "/a.py"), 1), TYPES.row(Halted(401, "/b.py"), 1))
    assert not same(TYPES.row(Halted(401, "/a.py"), 1), TYPES.row(Halted(402, "/a.py"), 1))


def test_a_command_of_before_it_had_a_last_field_is_the_same_command():
    now = TYPES.row(Command(Mode.RUN, "resume", "x"), 1)
    before = msgspec.structs.replace(now, payload=msgspec.msgpack.encode([0, "resume", "x"]))
    assert before.payload != now.payload
    assert same(now, before)
    assert not same(TYPES.row(Command(Mode.RUN, "resume", "x", again=True), 1), before)
    assert not same(TYPES.row(Command(Mode.RUN, "resume", "x"), 2), before)
