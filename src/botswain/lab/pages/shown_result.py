"""A result that can be put on a page, which is what the library's front door gives back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from botswain.lab.backtest import Options
from botswain.lab.data_used import data_used
from botswain.lab.export import write_whole
from botswain.lab.metrics.figures import Columns, figures_of, risk_free_rate
from botswain.lab.pages.run_page import run_page
from botswain.lab.result import Result
from botswain.lab.validation.judging import validation_of


class ShownResult(Result):
    """A finished backtest."""

    def html(
        self,
        path: str | Path,
        *,
        trials: int = 1,
        validation: bool = True,
        options: Options | None = None,
        risk_free: float = 0.0,
    ) -> None:
        """Write the report as one HTML file with interactive pictures, which needs no network.

        trials, options, risk_free  as of `validate`; validation: whether it is asked if the run can be believed
        Raises BadInput where the file cannot be written; an older one is replaced whole or not at all.
        """
        columns = Columns(self, risk_free_rate(risk_free))
        every = figures_of(columns)
        judged: dict[str, Any] | None = None
        if validation:
            judged = validation_of(columns, every, trials=trials, options=options)
        page = run_page(columns, data_used(self.market, {}), every, judged)
        write_whole(Path(path), page.encode(), "html")
