"""Whether a run can be believed, as the page says it: the verdict first, then every question with its answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from botswain.lab.amounts import percent
from botswain.lab.data_used import DataUsed
from botswain.lab.pages.document import text
from botswain.lab.validation.verdict import LIKELY, MOST_ALIKE

GOOD, BAD = "Nothing speaks against it", ("This run is no evidence", "It did not make money", "There is nothing")
SIGNS = {"ok": ("good", "passed"), "failed": ("bad", "failed"), "skipped": ("none", "not looked at")}
LEFT_OUT = {"costs": "Dearer costs", "neighbours": "Parameters beside it"}
Row = tuple[str, str, str, str]


def verdict_banner(judged: Mapping[str, Any]) -> str:
    """The verdict in its colour."""
    said = judged["verdict"]
    kind = "good" if said.startswith(GOOD) else "bad" if said.startswith(BAD) else "warn"
    return f'<p class="verdict {kind}"><b>Verdict</b><span>{text(said)}</span></p>'


def belief(judged: Mapping[str, Any], used: Sequence[DataUsed], parameters: int) -> list[str]:
    """Two cards: questions and answers, and the warnings."""
    rows = "".join(
        f'<tr><td><span class="sign {kind}">{text(sign)}</span></td><th>{text(name)}</th><td>{text(said)}</td></tr>'
        for kind, sign, name, said in answers(judged, used, parameters)
    )
    warned = "".join(f"<li>{text(one['text'])}</li>" for one in judged["warnings"])
    warnings = (
        f'<div class="card short"><h3>To be warned of</h3><ul class="warnings">{warned}</ul></div>' if warned else ""
    )
    return [f'<div class="card scroll wide"><table class="answers">{rows}</table></div>', warnings]


def answers(judged: Mapping[str, Any], used: Sequence[DataUsed], parameters: int) -> Iterator[Row]:
    """(class, sign, question, answer) of everything that was asked."""
    for name, words in (("look_ahead", "Look-ahead"), ("warm_up", "Warm-up")):
        kind, sign = SIGNS[judged[name]["verdict"]]
        yield kind, sign, words, sentence(judged[name]["what"])
    yield data_answer(used)
    yield from luck_answers(judged["luck"], parameters)
    yield from drawn_answers(judged)
    yield from cost_answers(judged["costs"])
    for name, why in judged.get("left_out", {}).items():
        yield "none", "not looked at", LEFT_OUT.get(name, name), sentence(why)
    around = judged["neighbours"]
    if around is not None:
        good = around["profitable"] > MOST_ALIKE
        left = f"; {around['left_out']} more were not tried" if around["left_out"] else ""
        yield (
            *mark(good),
            "Parameters beside it",
            f"{percent(around['profitable'])} of the runs a tenth beside a parameter made money; the middle "
            f"{percent(around['median_return'], sign=True)}, the worst "
            f"{percent(around['worst_return'], sign=True)}{left}.",
        )


def mark(good: bool) -> tuple[str, str]:
    """The sign of an answer."""
    return ("good", "passed") if good else ("warn", "doubt")


def sentence(said: str) -> str:
    """With a capital and a full stop."""
    return f"{said[:1].upper()}{said[1:]}."


def data_answer(used: Sequence[DataUsed]) -> Row:
    """How whole the data are."""
    missing, candles = sum(one.missing for one in used), sum(one.candles for one in used)
    if not missing:
        return "good", "passed", "Data", f"{candles:,} candles without a gap."
    return (
        *mark(missing <= 0.01 * candles),
        "Data",
        f"{missing:,} candles are missing beside {candles:,} that are there.",
    )


def luck_answers(luck: Mapping[str, Any], parameters: int) -> Iterator[Row]:
    """How much may be luck."""
    value = luck["probabilistic_sharpe"]
    if value is None:
        yield "none", "too little", "Luck", "There are too few days, or they are all the same."
        return
    yield *mark(value >= LIKELY), "Sharpe ratio", f"It is above 0 with a probability of {percent(value)} (PSR)."
    trials = luck["trials"]
    known = f"counted over {luck['searches']:,} searches on these candles" if "searches" in luck else "tried"
    said = (
        f"As the best of {trials:,} {known}, it is more than luck with a probability of "
        f"{percent(luck['deflated_sharpe'])} (deflated Sharpe ratio)"
        f"{f'; the bot has {parameters} parameters' if parameters else ''}."
    )
    if trials > 1:
        yield *mark((luck["deflated_sharpe"] or 0.0) >= LIKELY), "Trials", said
    else:
        yield (
            "none", "to know", "Trials",
            f"It counts as the only one tried{f', with {parameters} parameters' if parameters else ''}; say how many "
            "there were (--trials).",
        )  # fmt: skip


def drawn_answers(judged: Mapping[str, Any]) -> Iterator[Row]:
    """What drawing again says."""
    days, trades = judged["bootstrap"], judged["trade_order"]
    if days is not None:
        total, fall = days["total_return"], days["max_drawdown"]
        yield (
            *mark(total["p5"] >= 0),
            "Days drawn again",
            f"9 of 10 of {days['paths']:,} paths end between {percent(total['p5'], sign=True)} and "
            f"{percent(total['p95'], sign=True)}, with a largest drawdown from {percent(fall['p5'])} to "
            f"{percent(fall['p95'])}; {percent(days['loss'])} end with a loss.",
        )
    if trades is not None:
        fall = trades["max_drawdown"]
        yield (
            "none", "to know", "Trades in another order",
            f"The largest drawdown of the balance lies between {percent(fall['p5'])} and {percent(fall['p95'])} "
            f"in 9 of 10 of {trades['paths']:,} orders; it was {percent(trades['true_max_drawdown'])}.",
        )  # fmt: skip


def cost_answers(costs: Mapping[str, Any] | None) -> Iterator[Row]:
    """What dearer costs do."""
    for name, words in (("fees_x2", "Twice the fees"), ("slippage_x2", "More slippage")):
        one = (costs or {}).get(name)
        if one is None:
            continue
        if one["why"]:
            yield "none", "not known", words, sentence(one["why"])
            continue
        at = f" at {one['slippage_bps']} bps" if "slippage_bps" in one else f" at {one['taker_fee']} as taker"
        yield *mark(one["total_return"] > 0), words, f"It makes {percent(one['total_return'], sign=True)}{at}."
