"""Small programs made by chance: most of what compiles, drawn by the kinds of their numbers, some with one thing more

that may not. Numbers of all kinds, joins of kinds, tuples, lists and arrays, stores, loops, calls.
"""

from __future__ import annotations

from random import Random

LITERALS = {
    "i": ("0", "1", "2", "-1", "3", "7", "2**53", "2**53 + 1", "2**62", "9223372036854775807", "LONG", "Mode.B"),
    "f": ("0.0", "-0.0", "0.5", "1.5", "1e300", "math.inf", "math.nan", "math.pi", "0.1", "2.0", "-7.25", "1e16"),
    "b": ("True", "False"),
    "F": ("REALS[0]", "REALS[1]", "REALS[n % 4]", "UNIT", "TABLE[1, m % 2]", "REALS[-1 - m % 4]"),
}
# Likely ones first: the later half is drawn seldom.
NUMBERS = ("+", "-", "*", "/", "+", "-", "*", "//", "%")
COMPARED = ("<", "<=", ">", ">=", "==", "!=")
OF_FLOAT = ("abs", "-", "+", "half", "grown", "math.fabs", "math.floor", "round", "int", "math.tanh", "math.sin", "float",  # noqa: E501 - a table
            "math.ceil", "math.trunc", "math.atan", "math.cos", "math.expm1", "math.sqrt", "math.exp", "math.log", "maybe")  # fmt: skip  # noqa: E501 - a table
# What an operation makes of a float, where it is no float.
MADE = dict.fromkeys(("math.floor", "math.ceil", "math.trunc", "round", "int"), "i") | {"maybe": "j"}
# What few of them hold: most of it is left in Python.
WILD = (
    "x in (x, y)", "x is y", "math.gamma(x)", "math.lgamma(y)", "np.sqrt(x)", "np.exp(x)", "np.abs(x)", "np.isnan(x)",
    "np.float64(x)", "np.int64(x)", "math.degrees(x)", "math.erf(x)", "math.hypot(x, y)", "math.copysign(x, y)",
    "math.fmod(x, y)", "divmod(n, m)[0]", "math.ldexp(x, 2)", "np.maximum(x, y)", "round(x, 2)", "above(x, y)",
    "below(n, x)", "REALS.sum()", "REALS.mean()", "sum(REALS)", "np.sum(REALS)", "REALS.max()", "max(REALS)",
    "sum((x, y))", "REALS[True]", "WHOLES[0]", "WHOLES[n % 3] + n", "(REALS[0] < x) + (REALS[1] < x)", "~(REALS[0] < x)",  # noqa: E501 - a table
    "REALS.shape[0]", "round(number=x)", "round(*(x,))", "max(*(x, y))", "(n, x)[m % 2]", "None", "x or n", "n and x",
    "t + x", "max(t, x)", "~t", "-t", "abs(t)", "round(n)", "n ** m", "x ** n", "pow(x, y)", "math.pow(x, n)",
    "n << m", "n >> m", "x if t else None", "t if x else n", "REALS[0] ** 2", "REALS[0] // 2", "max(REALS[0], x)",
    "[x, y][0:1]", "(x, y) == (y, x)", "len(REALS[1:])", "str(x) == str(y)", "int(t)", "float(t)", "bool(REALS[0])",
    "float(REALS[0] > x)", "SHORT[0] * x", "math.atan2(y, x)", "math.isnan(n)", "min(x, n, y)", "sum([n, m])", "any((t, t))",  # noqa: E501 - a table
)  # fmt: skip
SCOPE = """
def half(x):
    return x * 0.5
def maybe(x):
    if x > 1:
        return 0
    return x
def grown(x):
    return x + x
def read(k):
    return REALS[int(k) % 4]
def both(a, b):
    if a < b:
        return a
    return b
def split(a, k):
    return a * 2.0, k + 1
def put(a, k, v):
    a[k % 2] = v
    return len(a)
"""


def program(seed: int) -> str:
    """The text of a program: a function f(x, y, n, m, t), and what it calls."""
    return Maker(Random(seed)).text()


class Maker:
    """Writes one. `kinds` is what each name holds so far, by the letters of `botswain.build.kinds`."""

    def __init__(self, chance: Random) -> None:
        self.chance = chance
        self.kinds = {"x": "f", "y": "f", "n": "i", "m": "i", "t": "b"}
        self.wild = chance.random() < 0.3

    def text(self) -> str:
        """The whole."""
        body = [line for _ in range(self.chance.randint(1, 5)) for line in self.statement(1)]
        if self.wild:
            body.append(f"    w = {self.chance.choice(WILD)}")
        found = [*self.kinds][-3:]
        last = self.chance.choice(("{0}", "{0}", "({0}, {1})", "({0}, {1})"))
        values = [self.expression(self.chance.choice("ffijb"), 2), self.chance.choice(found)]
        if self.wild:
            values[1] = "w"
            last = "({0}, {1})"
        return f"{SCOPE}\ndef f(x, y, n, m, t):\n" + "\n".join([*body, "    return " + last.format(*values)]) + "\n"

    def statement(self, depth: int) -> list[str]:
        """One, indented."""
        pad, chance = "    " * depth, self.chance
        kind = chance.random()
        if kind < 0.3 or depth > 2:
            return [pad + self.assigned(chance.choice("ffiibj"), 2)]
        if kind < 0.4:
            name, sign = chance.choice([*self.kinds]), chance.choice(("+", "-", "*", "//"))
            if self.kinds[name] == "b" or (self.kinds[name] == "F" and sign == "//"):
                return [f"{pad}{name} = {self.expression(self.kinds[name], 1)}"]
            return [f"{pad}{name} {sign}= {self.expression('i' if self.kinds[name] == 'i' else 'f', 1)}"]
        if kind < 0.6:
            return self.branch(depth)
        if kind < 0.8:
            return self.loop(depth)
        return [pad + line for line in self.contained()]

    def assigned(self, kind: str, depth: int) -> str:
        """A name given a number: an old one of its own kind, or a new one."""
        same = [name for name, one in self.kinds.items() if one == kind]
        made = self.expression(kind, depth)
        name = self.chance.choice(same) if same and self.chance.random() < 0.5 else self.new(kind)
        return f"{name} = {made}"

    def new(self, kind: str) -> str:
        """A name that nothing was called, which holds such a number from here on."""
        name = f"v{len(self.kinds)}"
        self.kinds[name] = kind
        return name

    def branch(self, depth: int) -> list[str]:
        """An if, and at times a join of an int and a float."""
        pad, chance = "    " * depth, self.chance
        if chance.random() < 0.4:
            first, second = self.expression("i", 1), self.expression("f", 1)
            test = self.expression("b", 1)
            name = self.new("j")
            if chance.random() < 0.5:
                return [f"{pad}{name} = {first}", f"{pad}if {test}:", f"{pad}    {name} = {second}"]
            return [f"{pad}if {test}:", f"{pad}    {name} = {second}", f"{pad}else:", f"{pad}    {name} = {first}"]
        known = dict(self.kinds)
        lines = [f"{pad}if {self.expression(chance.choice('bbbif'), 1)}:", *self.statement(depth + 1)]
        self.kinds = dict(known)
        if chance.random() < 0.5:
            lines += [f"{pad}else:", *self.statement(depth + 1)]
            self.kinds = known
        return lines

    def loop(self, depth: int) -> list[str]:
        """A loop over something, at most so often, with an else or a break at times."""
        pad, chance = "    " * depth, self.chance
        over, kind = chance.choice((
            ("range(3)", "i"), ("range(n, n + 3)", "i"), ("(1, 2)", "i"), ("(x, y)", "f"), ("REALS", "F"), ("[1.0, y]", "f"),  # noqa: E501 - a table
            ("range(n, m, 2)", "i"), ("range(m % 5, -1, -1)", "i"), ("(n, 2, m)", "i"), ("range(m % 4)", "i"), ("WIDE", "f"),  # noqa: E501 - a table
        ))  # fmt: skip
        held = self.new("i")
        known = dict(self.kinds)
        item = self.new(kind)
        inner = self.statement(depth + 1)
        self.kinds = known
        count = held
        lines = [f"{pad}{count} = 0", f"{pad}for {item} in {over}:", f"{pad}    {count} += 1"]
        lines += [f"{pad}    if {count} > 4:", f"{pad}        {chance.choice(('break', 'break', 'continue'))}", *inner]
        if "continue" in lines[4] and over not in ("range(n, m, 2)",):
            return lines
        lines[4] = lines[4].replace("continue", "break")
        if chance.random() < 0.2:
            lines += [f"{pad}else:", f"{pad}    {count} = -1"]
        return lines

    def contained(self) -> list[str]:
        """Something put into a tuple, a list or an array, and read again."""
        chance = self.chance
        name = f"c{len(self.kinds)}"
        which = chance.randrange(6)
        place = chance.choice(("0", "1", "-1", "n % 2", "m % 2", "n", "-1 - m % 2"))
        if which == 0:
            kind = chance.choice("fib")
            made = [f"{name} = ({self.expression(kind, 1)}, {self.expression(kind, 1)})"]
            return [*made, f"{self.new(kind)} = {name}[{place}]"]
        if which == 1:
            kind = chance.choice("fi")
            made = [f"{name} = [{self.expression(kind, 1)}]", f"{name}.append({self.expression(kind, 1)})"]
            made += [f"{name}[{place}] = {self.expression(kind, 1)}"] if chance.random() < 0.5 else []
            return [*made, f"{self.new(kind)} = {name}[{place}]"]
        if which == 2:
            made = [f"{name} = np.zeros(2)", f"{name}[{place}] = {self.expression(chance.choice('fijF'), 1)}"]
            made += [f"{name}[0] += {self.expression('f', 0)}"] if chance.random() < 0.5 else []
            return [*made, f"{self.new('F')} = {name}[{chance.choice(('0', '1', '-1', 'n % 2'))}]"]
        if which == 3:
            text = f"split({self.expression('f', 1)}, {self.expression('i', 1)})"
            return [f"{self.new('f')}, {self.new('i')} = {text}"]
        if which == 4:
            made = [f"{name} = [{self.expression('f', 1)}, {self.expression('f', 0)}]"]
            other = f"d{len(self.kinds)}"
            made += [
                f"{other} = {name}",
                f"{self.new('i')} = put({other}, {self.expression('i', 1)}, {self.expression('f', 1)})",
            ]
            return [*made, f"{self.new('f')} = {name}[0] + {other}[1]"]
        made = [f"{name} = [{self.expression('f', 0)} * k for k in range({chance.choice(('3', 'm % 4', 'n % 6'))})]"]
        return [*made, f"{self.new('i')} = len({name})", f"{self.new('f')} = {name}[{place}]"]

    def expression(self, kind: str, depth: int) -> str:
        """One of a kind, in brackets where need be."""
        chance = self.chance
        same = [name for name, one in self.kinds.items() if one == kind]
        if kind == "F" and depth <= 1:
            return chance.choice([*same, *LITERALS["F"]])
        if kind == "j":
            return self.either(depth)
        if depth == 0 or chance.random() < 0.15:
            return chance.choice(same) if same and chance.random() < 0.75 else self.literal(kind)
        if chance.random() < 0.12:
            return f"({self.expression(kind, depth - 1)} if {self.expression('b', depth - 1)} else {self.expression(kind, depth - 1)})"  # noqa: E501 - a table
        return {"f": self.real, "i": self.whole, "b": self.truth, "F": self.of_array}[kind](depth - 1)

    def literal(self, kind: str) -> str:
        """A number that is written out; the large ones seldom."""
        known = LITERALS[kind]
        return self.chance.choice(known[: len(known) // 2] if self.chance.random() < 0.8 else known)

    def real(self, depth: int) -> str:
        """A float."""
        chance, one = self.chance, self.expression
        kind = chance.random()
        if kind < 0.55:
            pair = chance.choice(("ff", "ff", "fi", "if", "fj", "jf"))
            return f"({one(pair[0], depth)} {chance.choice(NUMBERS)} {one(pair[1], depth)})"
        if kind < 0.65:
            return f"({one('i', depth)} / {one(chance.choice('ij'), depth)})"
        if kind < 0.8:
            picked = chance.choice(OF_FLOAT)
            return f"({picked}({one('f', depth)}))" if MADE.get(picked, "f") == "f" else f"float({one('F', depth)})"
        if kind < 0.9:
            return f"{chance.choice(('max', 'min', 'both'))}({one('f', depth)}, {one('f', depth)})"
        return f"float({one(chance.choice('ijFb'), depth)})"

    def whole(self, depth: int) -> str:
        """An int."""
        chance, one = self.chance, self.expression
        kind = chance.random()
        if kind < 0.5:
            return f"({one(chance.choice('iib'), depth)} {chance.choice(('+', '-', '*', '//', '%', '+'))} {one('i', depth)})"  # noqa: E501 - a table
        if kind < 0.6:
            return f"({one('i', depth)} {chance.choice(('&', '|', '^', '>>', '<<', '**'))} {one('i', 0)})"
        if kind < 0.8:
            return f"{chance.choice([name for name, made in MADE.items() if made == 'i'])}({one('f', depth)})"
        if kind < 0.9:
            return f"({chance.choice(('abs', '-', '~', '+', 'int', 'len(WIDE) + '))}({one('i', depth)}))"
        return f"{chance.choice(('max', 'min', 'both'))}({one('i', depth)}, {one('i', depth)})"

    def truth(self, depth: int) -> str:
        """A truth value."""
        chance, one = self.chance, self.expression
        kind = chance.random()
        if kind < 0.6:
            pair = chance.choice(("ff", "fi", "ii", "fj", "ij", "jj", "bi"))
            return f"({one(pair[0], depth)} {chance.choice(COMPARED)} {one(pair[1], depth)})"
        if kind < 0.7:
            return f"(not {one(chance.choice('bif'), depth)})"
        if kind < 0.85:
            return f"({one('b', depth)} {chance.choice(('and', 'or', '&', '|', '^'))} {one('b', depth)})"
        if kind < 0.92:
            return f"bool({one('F', depth)} {chance.choice(COMPARED)} {one(chance.choice('Ff'), depth)})"
        return f"{chance.choice(('math.isnan', 'math.isinf', 'bool', 'math.isfinite'))}({one('f', depth)})"

    def of_array(self, depth: int) -> str:
        """A number of numpy's."""
        pair = self.chance.choice(("FF", "Ff", "fF"))
        return (
            f"({self.expression(pair[0], depth)} {self.chance.choice(NUMBERS[:7])} {self.expression(pair[1], depth)})"
        )

    def either(self, depth: int) -> str:
        """An int on one way and a float on another."""
        known = [name for name, one in self.kinds.items() if one == "j"]
        if known and (depth == 0 or self.chance.random() < 0.6):
            return self.chance.choice(known)
        a, b = self.expression("i", 0), self.expression("f", 0)
        return f"({a} if {self.expression('b', 0)} else {b})" if self.chance.random() < 0.6 else f"max({a}, {b})"
