"""Every entry of the list of what compiles, on numbers that are hard for it: machine code against Python, bit for bit.

The programs are made from the list itself, so nothing can be put on it without being proven here.
"""

from itertools import product

import numpy as np
import pytest
from tests.build.compared import FLOATS, TRUTHS, WHOLE, compiled, differs, made, outcome, prepared

from botswain.build.proven import PROVEN

SIGNS = {
    "add": "+", "sub": "-", "mul": "*", "truediv": "/", "floordiv": "//", "mod": "%", "pow": "**", "lshift": "<<",
    "rshift": ">>", "and_": "&", "or_": "|", "xor": "^",
}  # fmt: skip
COMPARED = {"lt": "<", "le": "<=", "gt": ">", "ge": ">=", "eq": "==", "ne": "!="}
BEFORE = {"neg": "-", "pos": "+", "invert": "~", "not_": "not "}
# How a number of each kind comes about, given its place: what it is, and its arguments.
MAKERS = {
    "i": ("n{0}", ("n",)), "f": ("x{0}", ("x",)), "b": ("t{0}", ("t",)),
    "j": ("n{0} if t{0} else x{0}", ("n", "x", "t")),
    "I": ("WHOLES[k{0}]", ("k",)), "F": ("REALS[k{0}]", ("m",)), "B": ("TRUE[k{0}]", ("q",)),
}  # fmt: skip
SCOPE = {"WHOLES": np.array(WHOLE), "REALS": np.array(FLOATS), "TRUE": np.array(TRUTHS)}
FEW = {"n": (3, 2, 0, -1, 2**53 + 1, 2**63 - 1, -(2**63)), "x": FLOATS[:4] + FLOATS[12:16] + FLOATS[-3:]}


def operation(name, parts):
    """What is written for an operation, one way or several."""
    if name in SIGNS:
        return [f"{parts[0]} {SIGNS[name]} {parts[1]}"]
    if name in COMPARED:
        return [f"{parts[0]} {COMPARED[name]} {parts[1]}"]
    if name in BEFORE:
        return [f"{BEFORE[name]}{parts[0]}"]
    return [f"{name}({', '.join(parts)})"]


def program(name, kinds):
    """A function of one entry, and what its arguments may be."""
    lines, names, values = [], [], []
    for place, kind in enumerate(kinds):
        text, letters = MAKERS[kind]
        letters = ["k" if one in "mq" else one for one in letters]
        lines.append(f" v{place} = {text.format(place)}")
        names += [f"{one}{place}" for one in letters]
        values.append(operands(kind, few=len(kinds) > 2))
    parts = [f"v{place}" for place in range(len(kinds))]
    if name == "range":
        lines += [" found = [0]", f" for k in range({', '.join(parts)}):", "  found.append(k)"]
        lines += ["  if len(found) > 9:", "   return found[9] + found[1]", " return found[-1] + len(found)"]
    elif name in SIGNS:
        lines += [" c = v0", f" c {SIGNS[name]}= v1", f" return {operation(name, parts)[0]}, c"]
    elif name == "bool":
        lines += [" r = 2", " if v0:", "  r = 3", " return bool(v0), r"]
    else:
        lines.append(f" return {operation(name, parts)[0]}")
    return f"def f({', '.join(names)}):\n" + "\n".join(lines), values


def operands(kind, few):
    """The arguments that make a number of a kind, one tuple for each."""
    whole, real = (FEW["n"], FEW["x"]) if few else (WHOLE, FLOATS)
    if kind == "j":
        return [(n, 0.5, True) for n in whole] + [(5, x, False) for x in real]
    return [(one,) for one in {
        "i": whole, "f": real, "b": TRUTHS, "I": range(len(WHOLE)), "F": range(len(FLOATS)), "B": range(2),
    }[kind]]  # fmt: skip


def proven(name, kinds):
    """Hold an entry against Python."""
    text, values = program(name, kinds)
    function = made(text, **SCOPE)
    every = [tuple(part for parts in one for part in parts) for one in product(*values)]
    machine = prepared(compiled(function), every[0])
    through = 0
    for given in every:
        done, found = outcome(machine, given)
        if done:  # else the step is done in Python, whatever it was
            fine, plain = outcome(function, given)
            assert fine, (name, kinds, given, plain, found)
            assert not differs(plain, found), (name, kinds, given, plain, found)
            through += 1
    assert through > 1, (name, kinds)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("name", PROVEN)
def test_every_entry_is_python_s_to_the_last_bit(name):
    for kinds in PROVEN[name]:
        proven(name, kinds)
