"""A run taken apart: its parts in hand, so that a test can stop it, look at it, restart it and go on."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

from tests.core.chaos import Scene

from botswain.build.link import call
from botswain.build.plan import Plan
from botswain.build.simulator import Simulator, simulator, simulator_apart
from botswain.core.codes import FINISHED, NEED_ROOM
from botswain.core.records import LASTING, State
from botswain.core.scale import Sizing
from botswain.lab.backtest import Options, backtest, charged, made_strategy, met_by, ways_of
from botswain.lab.market import market_of
from botswain.lab.result import Result
from botswain.lab.run import prepared
from botswain.model.slippage import Slippage

FILL_FIELDS = ("time_ms", "seq", "symbol", "slot", "rev", "side", "lots", "price", "fee", "maker", "reason", "final")
NOTE_FIELDS = ("time_ms", "symbol", "slot", "rev", "code", "value", "limit")


def result_of(scene: Scene, options: Options) -> Result:
    """The scene as a user runs it."""
    return backtest(scene.strategy, scene.candles, params=scene.params, instrument=scene.instruments, options=options,
                    **scene.settings)  # fmt: skip


class Taken:
    """One scene with its plan, market, simulator and memory.

    compiled  machine code, all of it as one; plain Python otherwise
    apart     machine code, the step by itself and the core that calls it (`build.apart`)
    """

    def __init__(
        self, scene: Scene, *, compiled: bool = False, apart: bool = False, folder: Path | None = None
    ) -> None:
        given = scene.settings
        market = met_by(market_of(scene.candles, scene.instruments), {}, 0, None, tuple(given.get("actions", ())))
        market = charged(market, given.get("funding", ()))
        self.plan = Plan(
            strategy=made_strategy(scene.strategy, scene.params),
            capital=Decimal(given["capital"]),
            sizing=Sizing(given["sizing"], Decimal(given["size"])),
            slippage=Slippage(Decimal(given["slippage_bps"])),
            fill=given["fill"],
            exits={name: Decimal(value) for name, value in given["exits"].items()},
            limits={name: Decimal(value) for name, value in given["limits"].items()},
            **ways_of(market, 0, None),
        )
        self.market = market
        features = self.plan.features(curve=True)
        self.sim: Simulator = (
            simulator_apart(self.plan.strategy, features, folder=folder)
            if apart
            else simulator(self.plan.strategy, features, compiled=compiled, folder=folder)
        )
        self.state = self.fresh()

    def fresh(self) -> State:
        """New memory, as a process that starts has it."""
        return prepared(self.plan, self.market, self.sim, True)

    def go(self, last: int) -> None:
        """On to instant `last`."""
        while (code := call(self.sim.linked, type(self.plan.strategy).__name__, self.state, last)) == NEED_ROOM:
            self.state.more_reports()
        assert code == FINISHED

    def restart(self) -> None:
        """Lose everything that a journal need not keep: what lasts is copied, byte for byte, into new memory."""
        old, self.state = self.state, self.fresh()
        while len(self.state.parts["reports"]) < len(old.parts["reports"]):
            self.state.more_reports()
        for name in LASTING:
            if self.sim.compiled:
                self.state.parts[name][...] = old.parts[name].copy()
            else:
                for k, value in enumerate(old.parts[name]):
                    if hasattr(value, "__dict__"):
                        vars(self.state.parts[name][k]).update(vars(value))
                    else:
                        self.state.parts[name][k] = value

    def outcome(self, first: int = 0) -> dict[str, Any]:
        """Reports and notes from the `first` report on, the curve, and every part that lasts."""
        account = self.state.account
        found: dict[str, Any] = {
            "reports": [plain(one, FILL_FIELDS) for one in self.state.parts["reports"][first : int(account.reports)]],
            "notes": [plain(one, NOTE_FIELDS) for one in self.state.parts["notes"][: int(account.notes)]],
            "curve": [int(one) for one in self.state.parts["curve"]],
        }
        for name in LASTING:
            part = self.state.parts[name]
            found[name] = [fields(one) for one in part]
        return found


def plain(record: Any, names: tuple[str, ...]) -> tuple[Any, ...]:
    """Some fields of a record in either of its forms."""
    return tuple(number(getattr(record, name)) for name in names)


def fields(record: Any) -> Any:
    """A record of either form, or a number, as plain Python."""
    names = vars(record) if hasattr(record, "__dict__") and not hasattr(record, "dtype") else None
    if names is None:
        names = getattr(getattr(record, "dtype", None), "names", None)
    if names is None:
        return number(record)
    return {name: number(getattr(record, name)) for name in names if name != "money_limit"}


def number(value: Any) -> int | float:
    """A number as Python has it; NaN as a word, so that it equals itself."""
    value = value.item() if hasattr(value, "item") else value
    return "nan" if value != value else value  # type: ignore[return-value]
