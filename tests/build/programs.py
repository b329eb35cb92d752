"""Small programs made by chance, out of more than what compiles: numbers of all kinds, arrays, joins, calls, loops."""

from __future__ import annotations

from random import Random

BINARY = ("+", "-", "*", "/", "//", "%", "**", "<<", ">>", "&", "|", "^", "<", "<=", ">", ">=", "==", "!=", "in", "is")
LIKELY = ("+", "-", "*", "/", "<", ">", "==")
ONE = (
    "abs", "int", "float", "bool", "round", "math.floor", "math.ceil", "math.sqrt", "math.exp", "math.log", "math.sin",
    "math.tanh", "math.isnan", "math.gamma", "math.lgamma", "np.sqrt", "np.exp", "np.abs", "np.isnan", "np.float64",
    "np.int64", "half", "maybe", "grown", "read", "-", "~", "not ", "+", "math.degrees", "math.erf", "math.fabs",
)  # fmt: skip
TWO = ("max", "min", "pow", "math.pow", "math.hypot", "math.atan2", "math.copysign", "math.fmod", "divmod", "math.ldexp",  # noqa: E501 - a table
       "both", "np.maximum", "round", "above", "below")  # fmt: skip
LIKELY_ONE = (
    "abs",
    "int",
    "float",
    "bool",
    "round",
    "half",
    "maybe",
    "math.floor",
    "math.sqrt",
    "-",
    "not ",
    "math.tanh",
)
LIKELY_TWO = ("max", "min", "both")
LITERALS = ("0", "1", "2", "-1", "3", "7", "0.0", "-0.0", "0.5", "1.5", "1e300", "True", "False", "2**53", "2**53 + 1",
            "2**62", "9223372036854775807", "math.inf", "math.nan", "math.pi", "0.1", "LONG", "UNIT", "None", "Mode.B")  # fmt: skip  # noqa: E501 - a table
ARRAYS = ("REALS.sum()", "REALS.mean()", "sum(REALS)", "np.sum(REALS)", "len(REALS)", "REALS.max()", "max(REALS)", "sum((x, y))",  # noqa: E501 - a table
          "REALS[True]", "WHOLES[0]", "(REALS[0] < x) + (REALS[1] < x)", "~(REALS[0] < x)", "REALS.shape[0]", "REALS[0]",  # noqa: E501 - a table
          "np.int64(x)", "round(number=x)", "round(*(x,))", "max(*(x, y))", "(x, y)[n & 1]", "[x, y][n & 1]", "(n, x)[0]")  # fmt: skip  # noqa: E501 - a table
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
"""


def program(seed: int) -> str:
    """The text of a program: a function f(x, y, n, m, t), and what it calls."""
    return Maker(Random(seed)).text()


class Maker:
    """Writes one."""

    def __init__(self, chance: Random) -> None:
        self.chance = chance
        self.names = ["x", "y", "n", "m", "t"]

    def text(self) -> str:
        """The whole."""
        body = [line for _ in range(self.chance.randint(1, 4)) for line in self.statement(1)]
        return f"{SCOPE}\ndef f(x, y, n, m, t):\n" + "\n".join([*body, f"    return {self.expression(2)}"]) + "\n"

    def statement(self, depth: int) -> list[str]:
        """One, indented."""
        pad, chance = "    " * depth, self.chance
        kind = chance.random()
        if kind < 0.4 or depth > 2:
            return [f"{pad}{self.target()} = {self.expression(2)}"]
        if kind < 0.55:
            return [f"{pad}{chance.choice(self.names)} {chance.choice(BINARY[:12])}= {self.expression(1)}"]
        if kind < 0.75:
            name = self.target()
            first = [f"{pad}{name} = {self.expression(1)}", f"{pad}if {self.expression(1)}:"]
            return [*first, f"{pad}    {name} = {self.expression(2)}"]
        if kind < 0.9:
            over = chance.choice(
                ("range(3)", "range(n, n + 3)", "(1, 2)", "(x, y)", "REALS", "[1.0, 2.0]", "range(n, m, 2)")
            )
            known = list(self.names)
            self.names.append("k")
            inner = self.statement(depth + 1)
            self.names = known
            return [
                f"{pad}c = 0",
                f"{pad}for k in {over}:",
                f"{pad}    c += 1",
                f"{pad}    if c > 4:",
                f"{pad}        break",
                *inner,
            ]
        if kind < 0.95:
            return [f"{pad}z = np.zeros(2{chance.choice(('', ', np.int64'))})", f"{pad}z[1] = {self.expression(1)}",
                    f"{pad}{self.known('w')} = z[1]"]  # fmt: skip
        return [
            f"{pad}a = [{self.expression(0)}]",
            f"{pad}a.append({self.expression(1)})",
            f"{pad}{self.known('w')} = a[1]",
        ]

    def target(self) -> str:
        """A name to be set."""
        return self.chance.choice(self.names) if self.chance.random() < 0.5 else self.known(self.chance.choice("uvw"))

    def known(self, name: str) -> str:
        """A name that may be read from here on."""
        if name not in self.names:
            self.names.append(name)
        return name

    def expression(self, depth: int) -> str:
        """One, in brackets where need be."""
        chance = self.chance
        kind = chance.random()
        if depth == 0 or kind < 0.15:
            return (
                chance.choice(self.names)
                if chance.random() < 0.75
                else chance.choice(LITERALS[:14] if chance.random() < 0.8 else LITERALS)
            )
        if kind < 0.6:
            sign = chance.choice(BINARY if chance.random() < 0.1 else LIKELY)
            return f"({self.expression(depth - 1)} {sign} {self.expression(depth - 1)})"
        if kind < 0.75:
            return f"({chance.choice(ONE if chance.random() < 0.2 else LIKELY_ONE)}({self.expression(depth - 1)}))"
        if kind < 0.83:
            return f"{chance.choice(TWO if chance.random() < 0.2 else LIKELY_TWO)}({self.expression(depth - 1)}, {self.expression(depth - 1)})"  # noqa: E501 - a table
        if kind < 0.95:
            return f"({self.expression(depth - 1)} if {self.expression(depth - 1)} else {self.expression(depth - 1)})"
        if kind < 0.98:
            word = chance.choice(("and", "or"))
            return f"({self.expression(depth - 1)} {word} {self.expression(depth - 1)})"
        return chance.choice(ARRAYS)
