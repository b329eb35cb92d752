"""The page of one run, from the verdict down to the hash of its data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from botswain.lab.amounts import money_text, when
from botswain.lab.assumptions import assumptions
from botswain.lab.data_used import DataUsed
from botswain.lab.metrics.figures import Columns
from botswain.lab.note_words import became_texts
from botswain.lab.pages.belief import belief, verdict_banner
from botswain.lab.pages.document import cards, document, grid, section, text
from botswain.lab.pages.drawn import Plot
from botswain.lab.pages.equity import equity_plot, holding_plots, recovery_plot, rolling_plot, underwater_plot
from botswain.lab.pages.figures import every_figure, first_figures
from botswain.lab.pages.futures import changed_plot, fan_plot
from botswain.lab.pages.price import plan_of, price_plots
from botswain.lab.pages.returns import months_of, return_plots
from botswain.lab.pages.slippage import slippage_plot
from botswain.lab.pages.tables import data_table, fall_table, listed, month_table, trip_table
from botswain.lab.pages.trips import depth_plot, trip_plots
from botswain.lab.pages.windows import windows_plot
from botswain.lab.result import Result

PLACES = (
    ("belief", "Can it be believed?"), ("account", "Account"), ("price", "Price"), ("returns", "Returns"),
    ("trades", "Trades"), ("figures", "Figures"), ("made", "How it was made"),
)  # fmt: skip


def run_page(
    columns: Columns,
    used: Sequence[DataUsed],
    every: Mapping[str, Mapping[str, Any]],
    judged: Mapping[str, Any] | None,
    told: Sequence[str] = (),
) -> str:
    """The page of a run as HTML.

    used    what it read, in the order of its symbols; every: all its figures; judged: what validation found, None
            where that was not asked
    told    what was told before the run: of a strategy that was written for another engine, what is different here
    """
    result = columns.result
    prices = price_plots(columns, [f"price-{s}" for s in range(len(result.market.symbols))])
    account = [equity_plot(columns), underwater_plot(columns), *holding_plots(columns)]
    account += [one for one in (recovery_plot(columns), windows_plot(columns)) if one is not None]
    rolling = [one for one in (rolling_plot(columns),) if one is not None]
    returns = [*return_plots(columns), *rolling]
    trips = trip_plots(columns, every["trades"]["by"])
    trips += [one for one in (slippage_plot(columns), depth_plot(every["bot"])) if one is not None]
    futures: list[Plot] = []
    if judged is not None:
        tried = (fan_plot(columns, judged), changed_plot(every["returns"]["total_return"], judged))
        futures = [one for one in tried if one is not None]
    capital = result.plan.capital
    months = month_table(months_of(columns.days)) if len(columns.days.numbers) else ""
    first, *others = account
    belief_parts = [] if judged is None else belief(judged, used, len(result.plan.strategy.values))
    parts = {
        "belief": grid([*belief_parts[:1], *cards(futures), *belief_parts[1:]]),
        "account": grid([*cards(others), fall_table(every["risk"]["deepest"])]),
        "price": grid([*cards(prices), plan_facts(result)]),
        "returns": grid([months, *cards(returns)]),
        "trades": grid([*cards(trips), trip_table(result)]),
        "figures": every_figure(every, capital),
        "made": grid([*differences(told), data_table(used), *made_of(result, used, every)]),
    }
    head = header(result, used) + ("" if judged is None else verdict_banner(judged)) + first_figures(every, capital)
    head += grid(cards([first]))
    body = head + "".join(section(name, words, parts[name]) for name, words in PLACES)
    plots = [*futures, *account, *prices, *returns, *trips]
    return document(f"{result.plan.strategy.label()} - backtest", body, plots, PLACES)


def header(result: Result, used: Sequence[DataUsed]) -> str:
    """The bot, its parameters, what it traded and when, and what became of the money."""
    strategy = result.plan.strategy
    chips = "".join(f"<li>{text(name)} <b>{text(value)}</b></li>" for name, value in strategy.values.items())
    symbols = ", ".join(one.symbol for one in used)
    first, last = min(one.first_ms for one in used), max(one.last_ms for one in used)
    quote = result.plan.instruments[0].quote
    profit = result.metrics["profit"]
    ink = "up" if profit > 0 else "down" if profit < 0 else ""
    halted = ""
    if result.halt is not None:
        why = f"{result.halt.reason.name.lower()}: {result.halt.message}"
        halted = f'<p class="verdict bad"><b>Halted</b><span>{text(why)}</span></p>'
    return (
        f'<div class="title"><div><h1>{text(strategy.label())}</h1>'
        f'<p class="sub">{text(symbols)} · {text(used[0].timeframe)} · '
        f"{text(when(first))} to {text(when(last))} UTC</p>"
        f'</div><p class="money"><span class="{ink}">{text(money_text(profit, result.plan.capital, sign=True))} '
        f"{text(quote)}</span><small>{text(money_text(result.plan.capital, result.plan.capital))} became "
        f"{text(money_text(result.final_equity, result.plan.capital))}</small></p></div>"
        f'<details class="params"><summary>{len(strategy.values)} parameters</summary><ul class="chips">{chips}</ul>'
        f"</details>{halted}"
    )


def plan_facts(result: Result) -> str:
    """What the bot says of its plan as it stood at the first close."""
    facts = plan_of(result, 0).facts
    return listed("Its plan at the first close", dict(facts)) if facts else ""


def differences(told: Sequence[str]) -> list[str]:
    """What was told before the run, where anything was."""
    if not told:
        return []
    items = "".join(f"<li>{text(one)}</li>" for one in told)
    words = "What is different here from the engine that it was written for"
    return [f'<div class="card wide"><h3>{words}</h3><ul class="warnings">{items}</ul></div>']


def made_of(result: Result, used: Sequence[DataUsed], every: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """What was assumed, and what became of orders."""
    return [listed("Assumptions", assumptions(result, used)), *done(result, every)]


def done(result: Result, every: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """What became of orders: why some ended unfilled, and what the gate, the rounding and the venue did."""
    ended, noted = (every["execution"][name] for name in ("ended_orders", "notes"))
    texts = became_texts(result)
    lines = {code: f"{count:,}; {texts[code]}" if code in texts else f"{count:,}" for code, count in noted.items()}
    return [
        listed("Orders that ended unfilled", {spaced(code): f"{count:,}" for code, count in ended.items()}),
        listed("Notes", {spaced(code): line for code, line in lines.items()}),
    ]


def spaced(code: str) -> str:
    """The name of a reason in words."""
    return code.replace("_", " ")
