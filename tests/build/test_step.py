"""A step as its author writes it: what it may say, and what it is told, with file and line, when it may not."""
# ruff: noqa: ARG001, ARG002

import textwrap
from pathlib import Path

import numpy as np
import pytest
from tests.lab.made import INTERPRETED, waves
from tests.stage import PLAIN, bot, closed, drawn, play, told

from botswain.build.layout import layout_of, parameter_values
from botswain.build.simulator import kept_by
from botswain.build.step import IN_PYTHON, MY, WANTED, step_of
from botswain.core import access
from botswain.core.codes import CLOSE
from botswain.core.indicators import ta
from botswain.core.strategy import Param, Strategy, step
from botswain.lab.backtest import Options, backtest
from botswain.model.errors import BadInput


def mem(decide, rows, **memory):
    """What a step left in its memory."""
    result = play(bot(decide, memory=memory), rows)
    assert result.halt is None
    return list(result.ran.state.parts["mem"])


class TestNames:
    """A name that does not exist is refused with the near one, the file and the line."""

    @pytest.mark.parametrize(
        ("line", "message"),
        [
            ("x = now.men", "now has no 'men'; did you mean 'mean'?"),
            ("x = was.maen", "was has no 'maen'; did you mean 'mean'?"),
            ("x = p.perod", "p has no 'perod'; did you mean 'period'?"),
            ("x = candle.closing", "candle has no 'closing'; did you mean 'close'?"),
            ("x = my.positon", "my has no 'positon'; did you mean 'position'?"),
            ("x = my.mem.cuont", "my.mem has no 'cuont'; did you mean 'count'?"),
            ("my.mem.cuont = 1", "my.mem has no 'cuont'; did you mean 'count'?"),
            ("wanted.tarket(1.0)", "wanted has no 'tarket'; did you mean 'target'?"),
            ("x = my.mem.many", "my.mem.many holds 3 number(s); write my.mem.many[k]"),
            ("x = my.mem.count[0]", "my.mem.count holds 1 number(s); write my.mem.count"),
            ("now.mean = 3.0", "now.mean cannot be set; a step keeps its own numbers in my.mem"),
            ("my.position = 3.0", "my.position cannot be set; a step keeps its own numbers in my.mem"),
            ("x = my", "my can only be used as my.NAME or given on to a function as my"),
            ("x = max(now, was)", "now can only be used as now.NAME"),
            (
                "x = ta.SMA(5)",
                "ta declares indicators, which a step only reads; return it from indicators() under a name",
            ),
            ("x = y = my.mem.count = 2", "my.mem.count is set by itself only: my.mem.count = ... or += ..."),
            ("my.mem.count, x = 1, 2", "my.mem.count is set by itself only"),
            ("for my.mem.count in range(3): pass", "my.mem.count is set by itself only"),
            ("del my.mem.many[0]", "my.mem.many is set by itself only"),
            ("wanted.limit(0, 1, 5.0)", "wanted.limit takes (slot, side, price, qty); this is wanted.limit(0, 1, 5.0)"),
            ("wanted.target(1.0, 2.0)", "wanted.target takes (x); this is wanted.target(1.0, 2.0)"),
            ("wanted.stop(0, 1, 5.0, quantity=1.0)", "wanted.stop takes (slot, side, trigger, qty); this is wanted.st"),
            ("wanted.target(*[1.0])", "wanted.target takes (x); this is wanted.target(*[1.0])"),
            ("x = my.nearest_tick()", "my.nearest_tick takes (price); this is my.nearest_tick()"),
            ("x = wanted.limit", "wanted.limit is called: wanted.limit(slot, side, price, qty)"),
            ("x = my.nearest_tick", "my.nearest_tick is called: my.nearest_tick(price)"),
            ("x = my.quantity", "my has no 'quantity'"),
        ],
    )
    def test_are_refused_with_file_and_line(self, author, line, message):
        path = author.bot(f"a = 1\n\n{line}\n")
        with pytest.raises(BadInput) as raised:
            play(author.load().Bot, [100])
        number = path.read_text().splitlines().index(f"        {line}") + 1
        assert str(raised.value).startswith(f"{path}, line {number}: ")
        assert message in str(raised.value)

    def test_of_a_helper_are_refused_in_the_helper_s_file(self, author):
        path = author.write("author_pieces", "\n\ndef piece(my, wanted):\n    wanted.target(my.lost)\n")
        author.bot("piece(my, wanted)", "from author_pieces import piece")
        with pytest.raises(BadInput) as raised:
            play(author.load().Bot, [100])
        assert str(raised.value) == f"{path}, line 4: my has no 'lost'; did you mean 'lot'?"

    def test_of_a_helper_that_calls_itself_are_refused(self, author):
        path = author.write("author_pieces", "\n\ndef piece(my, k):\n    piece(my, k - 1)\n")
        author.bot("piece(my, 3)", "from author_pieces import piece")
        with pytest.raises(BadInput) as raised:
            play(author.load().Bot, [100])
        assert str(raised.value) == f"{path}, line 4: piece calls itself; write it as a loop"


class TestSource:
    """A step is read from its file."""

    def test_that_reads_a_variable_of_the_function_it_stands_in_is_refused(self):
        margin = 0.1

        def decide(now, was, p, candle, my, wanted):
            wanted.target(margin)

        line = decide.__code__.co_firstlineno
        with pytest.raises(BadInput) as raised:
            play(bot(decide), [100])
        assert str(raised.value) == (
            f"{__file__}, line {line}: decide reads margin of the function it stands in; make it a Param, p.NAME of "
            "derived(), or a constant of the module"
        )

    def test_that_has_no_file_cannot_be_read(self):
        scope = {"Strategy": Strategy, "step": step}
        exec(
            "class Typed(Strategy):\n    @step\n    def decide(now, was, p, candle, my, wanted):\n        pass\n", scope
        )
        with pytest.raises(BadInput, match=r"the source of Typed.decide cannot be read; put the strategy into a file"):
            play(scope["Typed"], [100])

    def test_that_is_no_plain_function_is_refused(self):
        class Odd(Strategy):
            @classmethod
            def step_function(cls):
                return len

        with pytest.raises(BadInput, match="step of Odd must be a plain function"):
            step_of(Odd(), layout_of(Odd()))


class TestMeaning:
    """The rewritten step does what the author wrote."""

    def test_local_names_are_the_author_s_own(self):
        """Loops over i, sums in s, and whatever else the wrapper might have called its own arguments."""

        def decide(now, was, p, candle, my, wanted):
            s = 0.0
            for i in range(5):
                for sim in range(2):
                    s += candle.close + i * sim
            index = _index(3)
            my.mem.x[0] = s + index
            my.mem.x[1] = candle.open

        assert mem(decide, [(99, 100), (7, 10)], x=2) == [10 * 10 + 10 + 6, 7]

    def test_memory_is_read_written_and_counted_on(self):
        def decide(now, was, p, candle, my, wanted):
            my.mem.count += 1
            my.mem.many[closed(my)] = my.mem.count * 10
            my.mem.many[closed(my)] -= 1
            my.mem.many[2] *= 2

        assert mem(decide, [100, 100, 100], count=1, many=3) == [3, 9, 19, 58]

    def test_a_step_may_be_cut_into_pieces(self):
        def decide(now, was, p, candle, my, wanted):
            if candle.close > 100:
                note_down(my, candle, 0)
            else:
                note_down(my, candle, 1)
            my.mem.x[2] = twice(candle.close) + with_default(my, 5)

        assert mem(decide, [101, 99], x=4) == [101, 99, 198 + 7 + 5, 0]

    def test_a_piece_is_made_once_however_often_it_is_used(self):
        strategy = bot(nested, memory={"x": 4})()
        scope = step_of(strategy, layout_of(strategy)).__globals__
        assert [name for name in scope if name.startswith("step_note")] == ["step_note_down_"]

    def test_parameters_are_numbers_of_their_kind(self):
        class Kinds(Strategy):
            whole = Param(3, 1, 5)
            real = Param(2.0, 0.0, 5.0)
            yes = Param(True)
            colour = Param("blue", choices=("red", "blue"))

            def memory(self):
                return {"x": 5}

            def derived(self):
                return {"square": self.real**2}

            @step
            def decide(now, was, p, candle, my, wanted):
                for k in range(p.whole):
                    my.mem.x[k] = k + p.real
                my.mem.x[3] = p.square
                my.mem.x[4] = p.yes + p.colour

        result = play(Kinds, [100])
        assert list(result.ran.state.parts["mem"]) == [2, 3, 4, 4, 2]
        layout = layout_of(Kinds())
        assert layout.whole == {"whole", "yes", "colour"}
        assert parameter_values(Kinds(real=3)) == [3, 3, 1, 1, 9]

    def test_the_layout_says_where_everything_stands(self):
        one = bot(nested, memory={"a": 1, "b": 3, "c": 1}, indicators={"x": ta.SMA(2), "y": ta.SMA(3)})()
        layout = layout_of(one)
        assert layout.memory == {"a": (0, 1), "b": (1, 3), "c": (4, 1)}
        assert layout.columns == {"x": 0, "y": 1}
        assert (layout.arrays, layout.memory_size) == ({"b"}, 5)

    def test_indicators_are_read_now_and_one_candle_before(self):
        def decide(now, was, p, candle, my, wanted):
            my.mem.x[0] = now.mean
            my.mem.x[1] = was.mean

        result = play(bot(decide, memory={"x": 2}, indicators={"mean": ta.SMA(2)}), [10, 20, 40])
        assert list(result.ran.state.parts["mem"]) == [30, 15]

    @pytest.mark.parametrize("options", [PLAIN, Options()], ids=["interpreted", "compiled"])
    def test_indicators_and_derived_numbers_are_read_by_their_number_kept_inside(self, options):
        class Numbered(Strategy):
            """Reads by number; the names of its columns are no names of Python's."""

            def memory(self):
                return {"x": 8}

            def indicators(self):
                return {"SMA(2)": ta.SMA(2), "MAX(2)": ta.MAX(2)}

            def derived(self):
                return {"one": 7.0, "list": (3.0, 4.0), "table": ((1.0, 2.0, 3.0), (4.0, 5.0, 6.0)), "last": (9,)}

            @step
            def decide(now, was, p, candle, my, wanted):
                my.mem.x[0] = now[0] + 100.0 * now[1]
                my.mem.x[1] = was[0] + 100.0 * was[9]
                my.mem.x[2] = p.list[0] + 10.0 * p.list[1]
                my.mem.x[3] = p.list[-1] + 10.0 * p.list[2]
                my.mem.x[4] = p.table[0, 2] + 10.0 * p.table[1, 0]
                my.mem.x[5] = p.table[9, 1] + 10.0 * p.table[0, 9]
                my.mem.x[6] = p.last[0]
                my.mem.x[7] = p.one

        result = play(Numbered, [10, 20, 40], options=options)
        assert list(result.ran.state.parts["mem"]) == [4030, 2015, 43, 43, 43, 35, 9, 7]

    def test_a_step_that_reads_by_number_is_the_same_whatever_its_columns_are(self):
        def decide(now, was, p, candle, my, wanted):
            my.mem.x = now[0]

        made = type("Any", (Strategy,), {
            "decide": step(decide), "memory": lambda _self: {"x": 1}, "mean": Param(2, 2, 9),
            "indicators": lambda self: {f"SMA({n})": ta.SMA(n) for n in range(self.mean, 10)},
        })  # fmt: skip
        assert kept_by(made(mean=2), layout_of(made(mean=2))) == kept_by(made(mean=7), layout_of(made(mean=7)))

    @pytest.mark.parametrize(
        ("derived", "line", "message"),
        [
            ({"a": (1.0,)}, "my.mem.x = p.a", r"p.a holds 1 numbers; write p.a\[k\]"),
            ({"a": (1.0,)}, "my.mem.x = p.a[0, 1]", r"p.a is read as p.a\[k\]; this is p.a\[0, 1\]"),
            ({"a": ((1.0,),)}, "my.mem.x = p.a[0]", r"p.a is read as p.a\[k, j\]; this is p.a\[0\]"),
            ({"a": (1.0,)}, "p.a[0] = 1.0", "p.a cannot be set"),
            ({}, "now[0] = 1.0", r"now\[...\] cannot be set"),
            ({}, "my.mem.x = now[0]", r"now\[...\] reads an indicator by its number, and indicators\(\) returns none"),
            ({"a": ((1.0,), (1.0, 2.0))}, "pass", "a has rows of different lengths"),
            ({"a": ()}, "pass", "a is empty"),
        ],
    )
    def test_numbers_that_are_read_in_a_wrong_way_are_refused(self, author, derived, line, message):
        text = f"""
            from botswain import Strategy, step

            class Numbered(Strategy):
                def memory(self):
                    return {{"x": 1}}

                def derived(self):
                    return {derived!r}

                @step
                def decide(now, was, p, candle, my, wanted):
                    {line}
            """
        author.write("numbered", textwrap.dedent(text))
        with pytest.raises(BadInput, match=message):
            play(author.load("numbered").Numbered, [1])

    def test_docstrings_decorators_and_annotations_are_left_out(self):
        def decide(now, was, p, candle, my, wanted) -> None:
            """Only says what it does."""

        assert told(play(bot(decide, events=(CLOSE,)), [100, 100])) == []

    def test_arguments_may_be_given_by_name(self):
        def decide(now, was, p, candle, my, wanted):
            wanted.limit(slot=0, side=1, price=candle.close - 1, qty=2.0)

        assert told(play(bot(decide), [100, (100, 100, 99, 99)])) == [(1, "buy", 2, 99, "target")]

    def test_names_that_a_step_may_use_are_documented(self):
        assert all(function.__doc__ for function in (*WANTED.values(), *MY.values()))

    def test_subscripts_and_counting_of_other_things_are_left_alone(self):
        def decide(now, was, p, candle, my, wanted):
            pair = (1.0, candle.close)
            table = np.zeros(2)
            table[1] = pair[1]
            table[1] += 1.0
            my.mem.x = table[1]

        assert mem(decide, drawn([5]), x=1) == [6]


def _index(k):
    """A helper that happens to have a name like the wrapper's own."""
    return 2 * k


def note_down(my, candle, k):
    """Write the close into the k-th number."""
    my.mem.x[k] = candle.close


def with_default(my, k, more=7):
    """A piece with a default."""
    return more + k


def twice(x):
    """A plain helper."""
    return 2 * x


def nested(now, was, p, candle, my, wanted):
    """Uses one piece in two ways."""
    note_down(my, candle, 0)
    note_down(my, candle, 1)


class Numbers:
    """What the accessors of a step read, each number another one."""

    params = (1.5, 2.5)
    columns = ((3.5, 4.5), (5.5, 6.5))
    open, high, low, close, volume = ((10.0 * k, 10.0 * k + 1) for k in range(1, 6))


@pytest.mark.parametrize("name", sorted(IN_PYTHON))
def test_what_is_written_out_for_python_is_what_the_accessor_does(name):
    """Machine code has the accessor, a step in Python the expression: one number, whichever reads it."""
    places = (1, 0) if name == "column_at" else (1,)
    written = eval(IN_PYTHON[name].format("sim_", *places), {"sim_": Numbers})  # our own text
    assert written == getattr(access, name)(Numbers, *places)


class TestGivenOn:
    """Each of the six names is given on as itself: a piece is no function of objects."""

    @pytest.mark.parametrize(
        "call",
        [
            *("trend(was)", "trend(now, was)", "trend()", "swapped(was, now)"),
            *("trend(now=was)", "scaled(2.0)", "scaled(2.0, p)"),
        ],
    )
    def test_in_another_s_place_is_refused_with_its_line(self, author, call):
        """It read what is now for what was, without a word."""
        names = {"trend": "now", "swapped": "now, was", "scaled": "x, now"}
        pieces = "\n".join(f"def {name}({given}):\n    return 1" for name, given in names.items())
        author.bot(f"my.mem.count = {call}", imports=pieces)
        with pytest.raises(BadInput, match=r"author_bot.py, line \d+: \w+ takes .* and this is .*numbers, such as was"):
            made(author)

    def test_by_name_is_the_same(self, author):
        author.bot("my.mem.count = f(x=3.0, now=now)", imports="def f(now, x):\n    return x")
        assert made(author)

    def test_to_a_lambda_is_refused(self, author):
        author.bot("my.mem.count = f(now)", imports="f = lambda now: now.mean")
        with pytest.raises(BadInput, match=r"line 3: <lambda> takes some of the six names; write it with def"):
            made(author)


class TestText:
    """What is rewritten is what was imported, under its own names and with its own defaults."""

    def test_of_a_file_that_was_edited_since_is_refused(self, author):
        """Another function's lines may stand there now: that one was taken for the step."""
        path = author.bot("my.mem.count = 1.0")
        module = author.load()
        path.write_text(
            path.read_text().replace("class Bot", "def other(now, my):\n    my.mem.count = 5.0\n\n\nclass Bot")
        )
        with pytest.raises(BadInput, match=r"decide is not what was imported, .*; import it anew"):
            step_of(module.Bot(), layout_of(module.Bot()))

    def test_is_read_once(self, author):
        path = author.bot("my.mem.count = 1.25")
        module = author.load()
        step_of(module.Bot(), layout_of(module.Bot()))
        path.write_text(path.read_text().replace("1.25", "2.25"))
        assert 1.25 in step_of(module.Bot(), layout_of(module.Bot())).__code__.co_consts

    def test_may_use_names_that_it_would_be_given(self, author):
        imports = """
def user_step(x):
    return x

def step_size(x):
    return x

def size(now, x):
    return step_size(x)
"""
        author.bot("my.mem.count = user_step(2.0) + size(now, 3.0)", imports=imports)
        assert ran(author) == 5.0

    def test_has_the_defaults_of_when_it_was_made(self, author):
        author.bot("my.mem.count = f(now)", imports="K = 5.0\ndef f(now, x=K, *, y=K):\n    return x + y\nK = 7.0")
        assert ran(author) == 10.0

    def test_works_a_place_out_once(self, author):
        author.bot("""
for k in range(3):
    my.mem.many[k] = 0
k = 0
my.mem.many[(k := k + 1)] += 1
my.mem.many[k] = (k := k + 1)
my.mem.count = k * 100 + my.mem.many[1] * 10 + my.mem.many[2]""")
        assert ran(author) == 212.0

    def test_has_its_lines_where_memory_is_set(self, author):
        author.bot("\n\nmy.mem.count = None")
        module = author.load()
        code = step_of(module.Bot(), layout_of(module.Bot())).__code__
        line = next(k for k, text in enumerate(Path(module.__file__).read_text().splitlines(), 1) if "= None" in text)
        assert {one for *_, one in code.co_lines()} >= {line}
        assert max(one for *_, one in code.co_lines()) == line


def made(author):
    """The step of the author's bot, rewritten."""
    module = author.load()
    return step_of(module.Bot(), layout_of(module.Bot()))


def ran(author):
    """What it leaves in its memory's first number."""
    result = backtest(author.load().Bot, waves(), options=INTERPRETED)
    assert result.halt is None
    return float(result.ran.state.parts["mem"][0])
