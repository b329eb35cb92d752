"""A result that can be put on a page, which is what the library's front door gives back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from botswain.lab.backtest import Options
from botswain.lab.data_used import data_used
from botswain.lab.export import refuse_unwritable, write_whole
from botswain.lab.metrics.figures import Columns, figures_of, risk_free_rate
from botswain.lab.pages.run_page import run_page
from botswain.lab.result import Result

# `validate` as a caller of the library knows it.
Judge = Callable[..., dict[str, Any]]


@dataclass(frozen=True, eq=False)
class ShownResult(Result):
    """A finished backtest. judge: what asks whether it can be believed."""

    judge: Judge

    def html(
        self,
        path: str | Path,
        *,
        trials: int | None = None,
        validation: bool = True,
        options: Options | None = None,
        risk_free: float = 0.0,
    ) -> None:
        """Write the report as one HTML file with interactive pictures, which needs no network.

        trials, options, risk_free  as of `validate`; validation: whether it is asked if the run can be believed
        Raises BadInput where the file cannot be written; an older one is replaced whole or not at all.
        """
        refuse_unwritable(Path(path), "html")
        columns = Columns(self, risk_free_rate(risk_free))
        every = figures_of(columns)
        judged = self.judge(self, trials=trials, options=options, risk_free=risk_free) if validation else None
        page = run_page(columns, data_used(self.market, {}), every, judged)
        write_whole(Path(path), page.encode(), "html")
