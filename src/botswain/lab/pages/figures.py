"""The figures of a page: the most asked ones as large numbers, and every figure by group with what it means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from botswain.lab.amounts import figure_text
from botswain.lab.figure_table import FIGURES
from botswain.lab.pages.document import text

Every = Mapping[str, Mapping[str, Any]]
GROUPS = {
    "returns": "Return and capital",
    "risk": "Risk",
    "ratios": "Ratios",
    "trades": "Trades",
    "execution": "Execution",
    "benchmark": "Beside buying and holding",
    "bot": "Of this bot",
}
# How the groups stand beside each other, so that the columns are about as long.
COLUMNS = (("returns", "benchmark", "bot"), ("risk", "ratios"), ("trades", "execution"))
FIRST = (
    ("returns", "total_return"),
    ("benchmark", "total_return"),
    ("returns", "cagr"),
    ("risk", "max_drawdown"),
    ("ratios", "sharpe"),
    ("ratios", "sortino"),
    ("ratios", "calmar"),
    ("trades", "profit_factor"),
    ("trades", "win_rate"),
    ("trades", "count"),
    ("risk", "exposure"),
    ("returns", "fees"),
)
# Figures whose sign is good or bad news.
SIGNED = frozenset(
    [
        "total_return",
        "cagr",
        "net_profit",
        "profit_before_fees",
        "open_profit",
        "annualised_return",
        "adg",
        "mdg",
        "adg_w",
        "mdg_w",
        "mean_day",
        "mean_week",
        "mean_month",
        "mean_year",
        "expectancy",
        "expectancy_ratio",
        "expectancy_per_100",
        "mean_return",
        "median_return",
        "median_profit",
        "excess_return",
        "alpha",
        "sharpe",
        "sortino",
        "calmar",
        "smart_sharpe",
        "smart_sortino",
        "kelly",
    ]
)


def first_figures(every: Every, capital: Decimal) -> str:
    """The large ones at the top."""
    found = []
    for group, name in FIRST:
        one, value = FIGURES[group][name], every[group][name]
        found.append(
            f'<div class="stat" tabindex="0"><span class="name">{text(one.label)}</span>'
            f'<span class="value {tone(name, value)}">{text(shown(group, name, value, capital))}</span>'
            f'<span class="tip" role="tooltip">{text(one.meaning)}</span></div>'
        )
    return f'<div class="stats">{"".join(found)}</div>'


def every_figure(every: Every, capital: Decimal) -> str:
    """All groups; what a name means stands beside it when it is pointed at, or chosen with the keyboard."""
    columns = ("".join(group_of(name, every[name], capital) for name in column) for column in COLUMNS)
    return f'<div class="groups">{"".join(f"<div>{column}</div>" for column in columns)}</div>'


def group_of(group: str, values: Mapping[str, Any], capital: Decimal) -> str:
    """One group; nothing where it has no figure."""
    rows = "".join(
        f'<div class="row" tabindex="0"><dt>{text(FIGURES[group][name].label)}</dt>'
        f'<dd class="{tone(name, value)}">{text(shown(group, name, value, capital))}</dd>'
        f'<span class="tip" role="tooltip">{text(FIGURES[group][name].meaning)} <code>{text(name)}</code></span></div>'
        for name, value in values.items()
        if name in FIGURES[group]
    )
    if not rows:
        return ""
    return f'<div class="card"><h3>{text(GROUPS[group])}</h3><dl>{rows}</dl></div>'


def shown(group: str, name: str, value: Any, capital: Decimal) -> str:
    """A figure in its unit, a dash where there is none."""
    said = figure_text(FIGURES[group][name].unit, value, capital)
    return "\N{EN DASH}" if said == "-" else said


def tone(name: str, value: Any) -> str:
    """The class of good or bad news."""
    if name not in SIGNED or not value:
        return ""
    return "up" if value > 0 else "down"


def side_by_side(names: Sequence[str], runs: Sequence[Every], capitals: Sequence[Decimal]) -> str:
    """Every figure of several runs, a column each."""
    head = "".join(f'<th class="number">{text(one)}</th>' for one in names)
    found = []
    for group, words in GROUPS.items():
        found.append(f'<tr class="group"><th colspan="{len(names) + 1}">{text(words)}</th></tr>')
        for name, one in FIGURES[group].items():
            values = [run.get(group, {}).get(name) for run in runs]
            if all(value is None for value in values):
                continue
            cells = "".join(
                f'<td class="number {tone(name, value)}">{text(shown(group, name, value, capital))}</td>'
                for value, capital in zip(values, capitals, strict=True)
            )
            found.append(f'<tr><th title="{text(one.meaning)}">{text(one.label)}</th>{cells}</tr>')
    top = f"<thead><tr><th></th>{head}</tr></thead>"
    return f'<div class="card scroll"><table class="wide">{top}{"".join(found)}</table></div>'
