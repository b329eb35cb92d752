"""`botswain strategy new`: a strategy of ten lines that works, and a test of it."""

from __future__ import annotations

import keyword
import re
from pathlib import Path

import click

from botswain.build.own_folder import folder_of_own
from botswain.build.own_strategies import own_strategies
from botswain.model.errors import BadInput
from botswain.strategies.catalog import PLACES

NAME = re.compile(r"[a-z][a-z0-9_]*")
STRATEGY = '''"""{title}: holds while the close stands above its average.

It makes money where prices go one way for long, and loses it where they go to and fro across the average.
"""

from botswain import Param, Strategy, above, step, ta


class {cls}(Strategy):
    """Holds while the close stands above its average."""

    name = "{name}"

    candles = Param(50, 2, 500, help="candles in the average")

    def indicators(self):
        return {{"mean": ta.SMA(self.candles)}}

    @step
    def decide(now, was, p, candle, my, wanted):
        wanted.target(1.0 if above(candle.close, now.mean) else 0.0)
'''
TEST = '''"""What {name}.py must do. Run it with: python {file}, or with pytest."""

from pathlib import Path

from botswain import Options, backtest, made_candles

STRATEGY = Path(__file__).with_name("{name}.py")


def test_it_trades_and_is_never_halted():
    result = backtest(STRATEGY, made_candles())
    assert result.halt is None, result.halt
    assert len(result.fills) > 0


def test_it_decides_the_same_in_python_and_as_machine_code():
    fills = [backtest(STRATEGY, made_candles(), options=Options(compiled=one)).fills for one in (True, False)]
    assert fills[0] == fills[1]


if __name__ == "__main__":
    test_it_trades_and_is_never_halted()
    test_it_decides_the_same_in_python_and_as_machine_code()
    print("{name}: all is well")
'''


def write_new(name: str, folder: Path | None) -> None:
    """Write both files. Raises BadInput for a name that cannot be one or is taken, and a folder that cannot be used."""
    check_name(name)
    place = folder if folder is not None else folder_of_own() or Path()
    strategy, test = place / f"{name}.py", place / f"test_{name}.py"
    try:
        place.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadInput(f"the folder {place} cannot be made ({error.strerror}); give another by --folder") from None
    for path in (strategy, test, place / name):
        if path.exists():
            raise BadInput(f"{path} is there already and is not written over; choose another name, or another --folder")
    cls = "".join(part[:1].upper() + part[1:] for part in name.split("_"))
    title = name.replace("_", " ").capitalize()
    write(strategy, STRATEGY.format(name=name, cls=cls, title=title))
    write(test, TEST.format(name=name, file=test.name))
    named = name if folder is None else strategy
    click.echo(f"wrote {strategy}\nwrote {test}\nnext:")
    click.echo(f"  botswain strategy check {named}")
    click.echo(f"  python {test}")
    click.echo(f"  botswain backtest {named} --candles FILE")


def check_name(name: str) -> None:
    """Raises BadInput."""
    if not NAME.fullmatch(name) or keyword.iskeyword(name):
        raise BadInput(f"{name!r} cannot be a strategy's name; write small letters, digits and _, such as my_bot")
    if name.startswith("test_"):
        raise BadInput(f"{name!r} would be taken for a test; leave test_ out")
    if name in PLACES:
        raise BadInput(f"strategy {name!r} ships already ({PLACES[name][0]}); choose another name")
    taken = next((one for one in own_strategies() if one.name == name), None)
    if taken is not None:
        raise BadInput(f"strategy {name!r} is there already: {taken.place}; choose another name")


def write(path: Path, text: str) -> None:
    """A new file: never one in the place of another. Raises BadInput."""
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise BadInput(f"{path} is there already and is not written over; choose another name") from None
    except OSError as error:
        raise BadInput(f"{path} cannot be written ({error.strerror}); choose another folder by --folder") from None
