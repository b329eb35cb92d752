"""What machine code depends on is in its key: edits are seen, and nothing else is."""

import os
import re
import subprocess
import sys
from decimal import Decimal
from enum import Enum
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

import numba
import numpy as np
import pytest
from tests.stage import market, play, told

from botswain.build.apart import step_apart
from botswain.build.layout import layout_of
from botswain.build.link import Linked, address_of, compile_or_load, link
from botswain.build.plan import Plan
from botswain.build.simulator import simulator
from botswain.build.source_key import PROCESS, constant, read_by
from botswain.build.step import step_of
from botswain.lab.backtest import Options
from botswain.model.errors import BadInput
from botswain.strategies.catalog import strategy_class

STEP = "wanted.market(0, 1, size(2.0))\n"
HELPER = "from author_size import size"


def key_of(module):
    """The key of the simulator of a module's bot; nothing is compiled for it."""
    strategy = module.Bot()
    return simulator(strategy, Plan(strategy, (market(),), 60_000).features(curve=True)).linked.key


EDITS = {
    "a helper": ("def size(x):\n    return x + {0}\n", "1.0", "2.0"),
    "a constant that a helper reads": ("MORE = {0}\n\n\ndef size(x):\n    return x + MORE\n", "1.0", "2.0"),
    "a helper's helper": (
        "def more(x):\n    return x * {0}\n\n\ndef size(x):\n    return more(x)\n", "2.0", "3.0",
    ),
    "a default": ("def size(x, more={0}):\n    return x + more\n", "1.0", "2.0"),
    "a whole number for a real one": ("MORE = {0}\n\n\ndef size(x):\n    return x + MORE\n", "1", "1.0"),
    "a constant of another module": (
        "import author_numbers\n\n\ndef size(x):\n    return x + author_numbers.MORE\n", "1.0", "2.0",
    ),
    "a constant of a module in a module": (
        "import author_outer\n\n\ndef size(x):\n    return x + author_outer.author_numbers.MORE\n", "1.0", "2.0",
    ),
    "a constant of a module that is handed on": (
        "import author_outer\n\n\ndef size(x):\n    inner = author_outer.author_numbers\n"
        "    return x + inner.MORE\n", "1.0", "2.0",
    ),
    "a constant of a module that another function reads": (
        "import author_outer\n\n\ndef size(x):\n    return more(author_outer.author_numbers) + x\n\n\n"
        "def more(given):\n    return given.MORE\n", "1.0", "2.0",
    ),
    "a constant of a module in a closure": (
        "def made():\n    import author_outer\n\n    def size(x):\n"
        "        return x + author_outer.author_numbers.MORE\n\n    return size\n\n\nsize = made()\n", "1.0", "2.0",
    ),
    "a constant of a module in a comprehension": (
        "import author_outer\n\n\ndef size(x):\n"
        "    return sum([author_outer.author_numbers.MORE for _ in range(3)])\n", "1.0", "2.0",
    ),
    "the middle of a long table in a tuple": (
        "import numpy as np\n\nLONG = np.ones(2000)\nLONG[1000] = {0}\nMORE = (LONG, 5)\n\n\n"
        "def size(x):\n    return x + MORE[0][1000]\n", "1.0", "2.0",
    ),
    "a default by name": ("def size(x, *, more={0}):\n    return x + more\n", "1.0", "2.0"),
    "what a kept function keeps": (
        "import numba\n\n\ndef made(more):\n    @numba.njit\n    def kept(x):\n        return x + more\n\n"
        "    return kept\n\n\nKEPT = made({0})\n\n\ndef size(x):\n    return KEPT(x)\n", "1.0", "2.0",
    ),
    "how such a function is compiled": (
        "import numba\n\n\n@numba.njit(fastmath={0})\ndef more(x):\n    return x + 1.0\n\n\n"
        "def size(x):\n    return more(x)\n", "False", "True",
    ),
    "a table": (
        "import numpy as np\n\nMORE = np.array([{0}])\n\n\ndef size(x):\n    return x + MORE[0]\n", "1.0", "2.0",
    ),
    "the kind of a table": (
        "import numpy as np\n\nMORE = np.array([0], np.{0})\n\n\ndef size(x):\n    return x + MORE[0]\n", "int64",
        "float64",
    ),
    "an enumeration": (
        "from enum import IntEnum\n\n\nclass More(IntEnum):\n    ONE = {0}\n\n\n"
        "def size(x):\n    return x + More.ONE\n", "1", "2",
    ),
    "a closure": (
        "def made(more):\n    def size(x):\n        return x + more\n\n    return size\n\n\nsize = made({0})\n", "1.0",
        "2.0",
    ),
    "a function that is compiled already": (
        "import numba\n\n\n@numba.njit\ndef more(x):\n    return x + {0}\n\n\n"
        "def size(x):\n    return more(x)\n", "1.0", "2.0",
    ),
    "a constant of such a function": (
        "import numba\n\nMORE = {0}\n\n\n@numba.njit\ndef more(x):\n    return x + MORE\n\n\n"
        "def size(x):\n    return more(x)\n", "1.0", "2.0",
    ),
    "the order of a named tuple's fields": (
        "from typing import NamedTuple\n\n\nclass More(NamedTuple):\n    {0}: float\n    {1}: float\n\n\n"
        "MORE = More(1.0, 2.0)\n\n\ndef size(x):\n    return x + MORE.a\n", "a", "b",
    ),
    "the order of the fields of a tuple that is made there": (
        "from typing import NamedTuple\n\n\nclass More(NamedTuple):\n    {0}: float\n    {1}: float\n\n\n"
        "def size(x):\n    return x + More(1.0, 2.0).a\n", "a", "b",
    ),
    "where a try ends": (
        "def size(x):\n    try:\n        y = x\n{0}    except Exception:\n        return 1.0\n{1}    return y\n",
        "        y = 1 / (x - 2.0)\n", "    else:\n        y = 1 / (x - 2.0)\n",
    ),
}  # fmt: skip
# What stands in the second place of a text that has two.
OTHER = {"a": "b", "b": "a"}


@pytest.mark.parametrize("what", EDITS)
def test_an_edit_of_what_a_step_uses_is_another_key(author, what):
    text, before, after = EDITS[what]
    author.bot(STEP, HELPER)
    keys = []
    for value in (before, after, before):
        author.write("author_numbers", f"MORE = {value}\n" if value[0].isdigit() else "MORE = 0\n")
        author.write("author_outer", "import author_numbers\n")
        parts = ("", value) if "else" in value else (value, OTHER.get(value, ""))
        author.write("author_size", text.format(*parts))
        keys.append(key_of(author.load()))
    assert keys[0] != keys[1]
    assert keys[0] == keys[2]


@pytest.mark.parametrize("types", ["'float64(float64)'", "locals={'y': numba.float32}"])
def test_a_helper_that_names_types_is_in_the_key_as_it_is_written(author, types):
    """It is never compiled so: what runs is the function beneath."""
    author.bot(STEP, HELPER)
    text = f"import numba\n\n\n@numba.njit({types})\ndef size(x):\n    y = x + MORE\n    return y\n"
    keys = []
    for more in ("1.0", "2.0", "1.0"):
        author.write("author_size", text.replace("MORE", more))
        keys.append(key_of(author.load()))
    assert keys[0] == keys[2] != keys[1]


def test_an_edit_of_the_step_or_of_what_it_declares_is_another_key(author):
    keys = set()
    for body in ("wanted.target(1.0)", "wanted.target(0.5)", "wanted.target(now.mean)", "wanted.target(p.period)"):
        author.bot(body)
        keys.add(key_of(author.load()))
    assert len(keys) == 4


def test_what_a_step_does_not_use_is_not_in_its_key(author):
    author.bot(STEP, HELPER)
    text = "def size(x):\n    return x + 1.0\n"
    author.write("author_size", text)
    before = key_of(author.load())
    author.write(
        "author_size", f'"""A module."""\n\nOTHER = 5\n\n\n{text}\n\ndef other(x):\n    return x * OTHER  # no\n'
    )
    author.bot("# A comment, and an empty line.\n\n" + STEP, HELPER)
    assert key_of(author.load()) == before


def test_parameters_prices_and_symbols_are_data_and_compile_nothing(author):
    author.bot("wanted.target(p.period)")
    module = author.load()
    one, other = module.Bot(period=3), module.Bot(period=9)
    features = Plan(one, (market(),), 60_000).features(curve=True)
    assert simulator(one, features).linked is simulator(other, features).linked


def test_an_author_s_constant_may_have_the_name_of_one_of_the_core_s_own(author):
    """GATE and its like are put in by name when a simulator is linked: into the core, and nowhere else."""
    author.bot("wanted.market(0, 1, GATE + CURVE)", "GATE = 5.0\nCURVE = 2.0")
    assert told(play(author.load().Bot, [100, 100])) == [(1, "buy", 7, 100, "target")]


def test_a_helper_that_calls_itself_is_refused_with_file_and_line(author):
    path = author.write("author_size", "\n\ndef size(x):\n    return size(x - 1.0) if x > 0 else 0.0\n")
    author.bot(STEP, HELPER)
    with pytest.raises(BadInput) as raised:
        key_of(author.load())
    assert str(raised.value) == f"{path}, line 3: size calls itself; write it as a loop"


def test_an_author_s_file_may_have_the_name_of_one_of_python_s_own(author):
    """`trace` is in the standard library, which goes by its version alone."""
    author.bot(STEP, "from trace import size")
    text = "import numba\n\n\n@numba.njit(fastmath=True)\ndef size(x):\n    return x + {}\n"
    keys = set()
    for value in ("1.0", "2.0"):
        author.write("trace", text.format(value))
        keys.add(key_of(author.load()))
    assert len(keys) == 2


@pytest.mark.parametrize("compiled", [False, True])
def test_a_constant_that_is_set_anew_in_a_notebook_is_seen_by_the_next_run(author, compiled):
    author.bot("wanted.market(0, 1, size(1.0))", "MORE = 1.0\n\n\ndef size(x):\n    return x + MORE\n")
    module = author.load()
    found = []
    for value in (1.0, 2.0):
        module.MORE = value
        found += told(play(module.Bot, [100, 100], options=Options(curve=False, compiled=compiled)))
    assert [one[2] for one in found] == [2, 3]


def test_no_word_in_the_environment_takes_an_author_s_bounds_away(author, monkeypatch):
    """NUMBA_BOUNDSCHECK=0 would, and the code would be kept for others, too."""
    monkeypatch.setattr("numba.config.BOUNDSCHECK", 0)
    author.bot("wanted.target(T[int(candle.close)])", "import numpy as np\nT = np.array([1.0, 0.5])")
    halt = play(author.load().Bot, [100, 100]).halt
    assert halt is not None
    assert "out of bounds" in halt.message


def test_the_key_is_the_same_in_every_process():
    """Else the folder would fill with copies, and none would ever be found."""
    code = (
        "from botswain.build.features import Features\n"
        "from botswain.build.simulator import simulator\n"
        "from botswain.strategies.catalog import strategy_class\n"
        "features = Features(gate=True, exits=True, curve=True, single=True)\n"
        "print(simulator(strategy_class('grid')(), features).linked.key)\n"
    )
    found = {
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120,
                       env={**os.environ, "PYTHONHASHSEED": seed}).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    strategy = strategy_class("grid")()
    limits = {"max_drawdown": Decimal("0.5")}
    plan = Plan(strategy, (market(),), 60_000, exits={"stop_loss": Decimal("0.5")}, limits=limits)
    assert found == {simulator(strategy, plan.features(curve=True)).linked.key + "\n"}


class TestCompiling:
    """With machine code: small functions, compiled in a moment, and one whole run."""

    @staticmethod
    def linked(author, folder):
        return link(author.load("author_size").size, {}, compiled=True, folder=str(folder))

    def test_an_edited_function_gives_its_new_result_and_an_unedited_one_is_found(self, author, tmp_path):
        folder = tmp_path / "kept"
        folder.mkdir()
        text = "MORE = {0}\n\n\ndef more(x):\n    return x + MORE\n\n\ndef size(x):\n    return more(x)\n"
        found = []
        for value in ("1.0", "2.0", "1.0"):
            author.write("author_size", text.format(value))
            linked = self.linked(author, folder)
            found.append((linked.call(10.0), sum(linked.call.stats.cache_hits.values())))
        assert found == [(11.0, 0), (12.0, 0), (11.0, 1)]

    def test_a_run_of_an_edited_strategy_is_the_edited_one(self, author, kernels):
        fills = []
        for value in ("1.0", "2.0"):
            author.write("author_size", f"def size(x):\n    return x + {value}\n")
            author.bot(STEP, HELPER)
            result = play(author.load().Bot, [100, 100], options=Options(curve=False, folder=kernels))
            assert result.ran.compiled
            fills += told(result)
        assert fills == [(1, "buy", 3, 100, "target"), (1, "buy", 4, 100, "target")]

    def test_without_a_folder_it_stays_in_memory(self, author):
        author.write("author_size", "def size(x):\n    return x + 1.0\n")
        linked = link(author.load("author_size").size, {}, compiled=True)
        assert linked.call(1.0) == 2.0

    def test_interpreted_functions_are_copies_with_their_names_replaced(self):
        linked = link(outer, {"SCALE": 3}, compiled=False)
        assert linked.call(2) == outer(2) == 4  # not of the core: its constants are its own
        assert linked.call is not outer


SCALE = 2


def outer(x, *, more=0):
    """A function with a constant and a default by name."""
    return x * SCALE + more


def test_code_that_two_processes_kept_has_two_names_here(author, kernels):
    """Each process names its machine code by a count of its own: the first step that each compiled had one name."""
    code = (
        "import importlib, sys\n"
        "from pathlib import Path\n"
        "from tests.build.test_link import step_address\n"
        "step_address(importlib.import_module(sys.argv[1]).Bot(), Path(sys.argv[2]))\n"
    )
    places = os.pathsep.join([str(author.folder), str(Path(__file__).parents[2]), os.environ.get("PYTHONPATH", "")])
    for name, share in (("author_one", "1.0"), ("author_two", "0.5")):
        author.bot(f"wanted.target({share})", name=name)
        command = [sys.executable, "-c", code, name, str(kernels)]
        subprocess.run(command, check=True, timeout=120, env={**os.environ, "PYTHONPATH": places})
    one, two = (author.load(name).Bot() for name in ("author_one", "author_two"))
    first = step_address(one, kernels)
    second = step_address(two, kernels)
    assert step_address(one, kernels) == first != second


def step_address(strategy, folder):
    """Where the machine code of a strategy's step is."""
    linked = link(step_apart, {"user_step": step_of(strategy, layout_of(strategy))}, compiled=True, folder=str(folder))
    alone = KEPT_HERE.setdefault(linked.key, linked)
    compile_or_load(alone)
    return address_of(alone.call)


KEPT_HERE: dict[str, Linked] = {}


class TestPlaces:
    """An author's code is never let out of a table's bounds, however it is compiled."""

    @pytest.mark.parametrize("kind", ["", "@numba.njit"])
    def test_a_place_beyond_a_table_raises(self, author, kind):
        author.write("author_size", READ.format(kind))
        author.write("author_outer", "from author_size import size\n\n\ndef outer(x):\n    return size(x)\n")
        linked = link(author.load("author_outer").outer, {}, compiled=True)
        assert linked.call(1.0) == 2.0
        with pytest.raises(IndexError):
            linked.call(5000.0)

    @pytest.mark.parametrize("kind", ["@numba.njit(fastmath=True)", "@numba.njit('f8(f8)')"])
    def test_a_helper_that_is_compiled_by_rules_of_its_own_is_left(self, author, kind):
        author.write("author_size", READ.format(kind))
        author.write("author_outer", "from author_size import size\n\n\ndef outer(x):\n    return size(x)\n")
        linked = link(author.load("author_outer").outer, {}, compiled=True)
        assert re.search(r"author_size\.py, line \d+: size\(\) is compiled by rules of its own", linked.refused)


READ = """import numba
import numpy as np

TABLE = np.array([1.0, 2.0])


{0}
def size(x):
    return TABLE[int(x)]
"""


class TestConstants:
    """What a global is worth to the key."""

    def test_classes_and_modules_go_by_name(self):
        assert constant(int).strip() == "type builtins.int"
        assert read_by(circle.__code__, "np", np) == f"module numpy {np.__version__} ['pi={np.pi}']"
        assert constant(np.mean) == "numpy.mean"  # its repr has an address
        assert "0x" not in constant(np.sqrt) + constant(np.isscalar) + constant(max)

    def test_functions_that_call_each_other_end(self):
        assert constant(numba.njit(ping)) == constant(numba.njit(ping))

    def test_numbers_keep_their_kind(self):
        assert len({constant(value) for value in (1, 1.0, True, "1", np.float32(1), np.float64(1))}) == 6

    def test_containers_are_worth_all_their_elements(self):
        long = np.ones(2000)
        other = long.copy()
        other[1000] = 2.0
        for made in (lambda x: (x, 5), lambda x: [x], lambda x: {"a": x}, lambda x: Pair(x, 1), lambda x: ((x,),)):
            assert constant(made(long)) == constant(made(long.copy()))
            assert constant(made(long)) != constant(made(other))
        assert constant({"a", "b", "c"}) == constant({"c", "b", "a"})
        assert constant((1,)) == "(1,)"
        assert constant(np.array([1, "a"], object)[:1]) != constant(np.array([2, "a"], object)[:1])

    def test_a_container_in_itself_ends(self):
        mine: list[object] = [1]
        mine.append(mine)
        assert constant(mine) == "list['1', 'itself']"

    def test_what_has_no_full_text_is_another_value_in_every_process(self):
        one = partial(max, 1)
        assert constant(one) == constant(one)
        assert constant(one) != constant(partial(max, 1))
        assert PROCESS in constant(one)
        assert constant(Kind.ONE) == "tests.build.test_link.Kind.ONE 1"

    def test_what_a_module_makes_when_it_is_asked_is_worth_what_it_is_now(self):
        """A module with a __getattr__ (PEP 562) names nothing: machine code of its old number was found again."""
        lazy, made_of = ModuleType("lazy"), {"UP": 2.0}
        lazy.__getattr__ = lambda name: made_of[name]
        read = (lambda: lazy.UP).__code__, (lambda: (lazy, "UP")).__code__
        before = [read_by(one, "lazy", lazy) for one in read]
        made_of["UP"] = 3.0
        assert all(was != read_by(one, "lazy", lazy) for one, was in zip(read, before, strict=True))

    def test_modules_that_name_each_other_end(self):
        one, other = ModuleType("one"), ModuleType("other")
        for module, name, value in ((one, "other", other), (other, "one", one), (other, "MORE", 5)):
            setattr(module, name, value)
        before = read_by((lambda: (one, one.other.MORE)).__code__, "one", one)
        assert before == read_by((lambda: (one, one.other.MORE)).__code__, "one", one)
        vars(other)["MORE"] = 6
        assert before != read_by((lambda: (one, one.other.MORE)).__code__, "one", one)


class Kind(Enum):
    """A member of an enumeration goes by its class, name and value."""

    ONE = 1


class Pair(NamedTuple):
    """A tuple with names."""

    table: np.ndarray
    more: int


def circle(x):
    """Reads one constant of a module, and no other."""
    return x * np.pi


def ping(x):
    """Calls pong."""
    return pong(x)


def pong(x):
    """Calls ping."""
    return ping(x)
