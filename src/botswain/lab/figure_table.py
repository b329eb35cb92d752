"""Every figure of a report: what people call it, what it is counted in, and what it means, in a line.

By group and name as `metrics.figures` has them; docs/rules.md section 9 has the formulas. The order here is that of a
page.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Unit(StrEnum):
    """What a figure is counted in. NUMBER: a plain one; BPS: hundredths of a percent; LENGTH, TIME: milliseconds."""

    PERCENT = "percent"
    MONEY = "money"
    NUMBER = "number"
    COUNT = "count"
    LENGTH = "length"
    TIME = "time"
    BPS = "bps"


class Figure(NamedTuple):
    """One of them. meaning: a sentence."""

    label: str
    unit: Unit
    meaning: str


PERCENT, MONEY, NUMBER, COUNT, LENGTH, TIME, BPS = Unit

FIGURES: dict[str, dict[str, Figure]] = {
    "returns": {
        "total_return": Figure("Total return", PERCENT, "What was made, by what the run began with."),
        "cagr": Figure("A year (CAGR)", PERCENT, "The steady yearly gain to the same end; of a week or more."),
        "net_profit": Figure("Net profit", MONEY, "Equity at the end less the capital, after all costs."),
        "profit_before_fees": Figure("Profit before fees", MONEY, "Net profit with the fees added back."),
        "fees": Figure("Fees", MONEY, "All fees that were paid, in quote."),
        "open_profit": Figure(
            "Still open", MONEY, "The part of the profit that is of positions not closed at the end."
        ),
        "annualised_return": Figure(
            "Annualised return", PERCENT, "Mean daily return times the sessions of a year, not compounded."
        ),
        "adg": Figure("Mean daily gain", PERCENT, "The mean of daily returns."),
        "mdg": Figure("Median daily gain", PERCENT, "The middle of daily returns: half of the days were better."),
        "adg_w": Figure(
            "Mean daily gain, recent",
            PERCENT,
            "The mean over all days, their last half, third ... tenth: what is recent counts more.",
        ),
        "mdg_w": Figure("Median daily gain, recent", PERCENT, "The same of medians."),
        "best_day": Figure("Best day", PERCENT, "The greatest daily return."),
        "worst_day": Figure("Worst day", PERCENT, "The least daily return."),
        "mean_day": Figure("Mean day", PERCENT, "The mean daily return."),
        "profitable_days": Figure("Days with a gain", PERCENT, "The share of days above zero."),
        "best_week": Figure("Best week", PERCENT, "The greatest return of a week, Monday to Sunday (UTC)."),
        "worst_week": Figure("Worst week", PERCENT, "The least return of a week."),
        "mean_week": Figure("Mean week", PERCENT, "The mean return of a week."),
        "profitable_weeks": Figure("Weeks with a gain", PERCENT, "The share of weeks above zero."),
        "best_month": Figure("Best month", PERCENT, "The greatest return of a month (UTC)."),
        "worst_month": Figure("Worst month", PERCENT, "The least return of a month."),
        "mean_month": Figure("Mean month", PERCENT, "The mean return of a month."),
        "profitable_months": Figure("Months with a gain", PERCENT, "The share of months above zero."),
        "best_year": Figure("Best year", PERCENT, "The greatest return of a year, those at both ends cut short."),
        "worst_year": Figure("Worst year", PERCENT, "The least return of a year."),
        "mean_year": Figure("Mean year", PERCENT, "The mean return of a year."),
        "profitable_years": Figure("Years with a gain", PERCENT, "The share of years above zero."),
        "adg_pnl": Figure("Mean daily gain, realised", PERCENT, "The mean daily return of the closed balance alone."),
        "mdg_pnl": Figure(
            "Median daily gain, realised", PERCENT, "The middle daily return of the closed balance alone."
        ),
        "lowest_equity": Figure("Lowest equity", MONEY, "The lowest mark of the account, at market prices."),
        "highest_equity": Figure("Highest equity", MONEY, "The highest mark of the account, at market prices."),
        "lowest_balance": Figure("Lowest balance", MONEY, "The lowest of capital and closed profits so far."),
        "highest_balance": Figure("Highest balance", MONEY, "The highest of capital and closed profits so far."),
        "turnover": Figure("Turnover a year", NUMBER, "How many times a year the mean equity was traded."),
    },
    "risk": {
        "max_drawdown": Figure("Largest drawdown", PERCENT, "The deepest fall of equity from a peak."),
        "drawdown_ms": Figure(
            "Its length", LENGTH, "How long the deepest fall lasted, from peak to recovery or the end."
        ),
        "max_drawdown_money": Figure(
            "Largest fall in money",
            MONEY,
            "The greatest fall from a peak in quote; it need not be the deepest in percent.",
        ),
        "current_drawdown": Figure("Below the peak now", PERCENT, "How far the last mark is below the highest one."),
        "drawdowns": Figure("Falls", COUNT, "How many times equity fell from a peak."),
        "drawdown_peak_ms": Figure("Deepest fall from", TIME, "The last mark at its height before the deepest fall."),
        "drawdown_trough_ms": Figure("Lowest at", TIME, "The first mark at its greatest depth."),
        "drawdown_end_ms": Figure("Back at", TIME, "The first mark that was back at that height."),
        "recovery_ms": Figure(
            "From lowest to back", LENGTH, "How long it took from the lowest mark until it was back."
        ),
        "mean_drawdown": Figure("Mean fall", PERCENT, "The mean depth of all falls."),
        "median_drawdown": Figure("Median fall", PERCENT, "The middle depth of all falls."),
        "mean_drawdown_ms": Figure("Mean length of a fall", LENGTH, "From peak to recovery, on average."),
        "median_drawdown_ms": Figure("Median length of a fall", LENGTH, "Half of the falls were over sooner."),
        "longest_drawdown_ms": Figure("Longest fall", LENGTH, "The longest time below a peak."),
        "median_recovery_ms": Figure(
            "Median recovery", LENGTH, "From the lowest mark back to the peak, the middle of all falls that are over."
        ),
        "underwater": Figure("Time under water", PERCENT, "The share of the time below a peak."),
        "worst_1pct_drawdown": Figure(
            "Worst 1 % of days", PERCENT, "The mean of the worst hundredth of daily drawdowns."
        ),
        "ulcer_index": Figure(
            "Ulcer index", PERCENT, "Root of the mean squared daily drawdown: deep and long falls both count."
        ),
        "volatility": Figure("Volatility", PERCENT, "Standard deviation of daily returns, for a year."),
        "variance": Figure("Variance", NUMBER, "Volatility squared."),
        "geometric_volatility": Figure("Geometric volatility", PERCENT, "The same of logarithmic returns."),
        "downside_deviation": Figure("Downside deviation", PERCENT, "As volatility, of losses alone."),
        "var_95": Figure("Value at risk 95 %", PERCENT, "The daily loss that 95 of 100 days do not exceed."),
        "var_99": Figure("Value at risk 99 %", PERCENT, "The daily loss that 99 of 100 days do not exceed."),
        "cvar_95": Figure("Expected shortfall 95 %", PERCENT, "The mean loss of the days beyond the value at risk."),
        "cvar_99": Figure("Expected shortfall 99 %", PERCENT, "The same at 99 %."),
        "skew": Figure("Skew", NUMBER, "Below 0: large losses are likelier than large gains."),
        "kurtosis": Figure("Kurtosis", NUMBER, "How heavy the tails are; a normal distribution has 3."),
        "tail_ratio": Figure("Tail ratio", NUMBER, "The good days' 95th percentile by the bad days' 5th."),
        "exposure": Figure("Time in position", PERCENT, "The share of the time in which anything was held."),
        "mean_gross_exposure": Figure(
            "Mean exposure", NUMBER, "What was held by equity, at closes, on average; 1 is all of it."
        ),
        "max_gross_exposure": Figure("Greatest exposure", NUMBER, "The greatest of it; above 1 is leverage."),
        "completion": Figure("Completion", PERCENT, "The share of the run until a halt, or until all was lost."),
    },
    "ratios": {
        "risk_free": Figure("Risk-free rate", PERCENT, "What ratios take off: what money earns a year without risk."),
        "sharpe": Figure("Sharpe", NUMBER, "Mean daily return by its standard deviation, for a year."),
        "sortino": Figure("Sortino", NUMBER, "As Sharpe, with losses alone as risk."),
        "calmar": Figure("Calmar", NUMBER, "The yearly gain by the largest drawdown."),
        "omega": Figure("Omega", NUMBER, "Sum of daily gains by sum of daily losses."),
        "sterling": Figure("Sterling", NUMBER, "The yearly gain by the mean of the five deepest falls."),
        "ulcer_performance": Figure("Ulcer performance", NUMBER, "The yearly gain by the ulcer index (Martin ratio)."),
        "serenity": Figure("Serenity", NUMBER, "Total return by ulcer index and a penalty for the tail of drawdowns."),
        "smart_sharpe": Figure("Smart Sharpe", NUMBER, "Sharpe by a penalty for returns that follow each other."),
        "smart_sortino": Figure("Smart Sortino", NUMBER, "Sortino by the same penalty."),
        "recovery_factor": Figure("Recovery factor", NUMBER, "Profit by the largest fall in money."),
        "common_sense": Figure("Common sense ratio", NUMBER, "Profit factor times tail ratio."),
        "stability": Figure("Stability", NUMBER, "How straight the logarithm of equity is: r squared, 1 is a line."),
        "probabilistic_sharpe": Figure(
            "Probabilistic Sharpe", PERCENT, "The probability that the true Sharpe ratio is above 0."
        ),
    },
    "trades": {
        "count": Figure("Round trips", COUNT, "Positions from flat to flat; of a grid a cell's buy and sale."),
        "per_day": Figure("A day", NUMBER, "Round trips a day."),
        "per_week": Figure("A week", NUMBER, "Round trips a week."),
        "per_month": Figure("A month", NUMBER, "Round trips a month."),
        "long": Figure("Long", COUNT, "Round trips that bought first."),
        "short": Figure("Short", COUNT, "Round trips that sold first."),
        "won": Figure("Won", COUNT, "Round trips with a profit after fees."),
        "drawn": Figure("Drawn", COUNT, "Round trips that came to exactly zero."),
        "lost": Figure("Lost", COUNT, "Round trips with a loss after fees."),
        "win_rate": Figure("Win rate", PERCENT, "The share of round trips that won."),
        "long_win_rate": Figure("Win rate, long", PERCENT, "The same of long ones."),
        "short_win_rate": Figure("Win rate, short", PERCENT, "The same of short ones."),
        "gross_win": Figure("Won in all", MONEY, "The sum of the profits of won round trips."),
        "gross_loss": Figure("Lost in all", MONEY, "The sum of the losses of lost ones."),
        "profit_factor": Figure("Profit factor", NUMBER, "Won in all by lost in all."),
        "loss_profit_ratio": Figure("Loss by profit", NUMBER, "The inverse of the profit factor."),
        "payoff": Figure("Payoff", NUMBER, "The mean win by the mean loss."),
        "expectancy": Figure("Expectancy", MONEY, "The mean profit of a round trip."),
        "expectancy_ratio": Figure("Expectancy ratio", NUMBER, "Expectancy by the mean loss."),
        "expectancy_per_100": Figure("Expectancy of 100", MONEY, "What a hundred such round trips would make."),
        "kelly": Figure(
            "Kelly share", PERCENT, "The share of the account that would grow fastest, were the future as these trades."
        ),
        "median_profit": Figure("Median profit", MONEY, "The middle profit of a round trip."),
        "mean_win": Figure("Mean win", MONEY, "The mean profit of the won ones."),
        "mean_loss": Figure("Mean loss", MONEY, "The mean result of the lost ones."),
        "largest_win": Figure("Largest win", MONEY, "The best round trip."),
        "largest_loss": Figure("Largest loss", MONEY, "The worst round trip."),
        "closed_drawdown": Figure("Closed drawdown", MONEY, "The largest fall of the sum of closed profits."),
        "mean_return": Figure("Mean return", PERCENT, "The mean profit by stake."),
        "median_return": Figure("Median return", PERCENT, "The middle profit by stake."),
        "best_return": Figure("Best return", PERCENT, "The best profit by stake."),
        "worst_return": Figure("Worst return", PERCENT, "The worst profit by stake."),
        "risk_return": Figure("Return by risk", NUMBER, "Mean by standard deviation of returns on the stake."),
        "sqn": Figure("System quality", NUMBER, "That times the root of the number of trips (SQN)."),
        "p_value": Figure("p-value", NUMBER, "How likely so great a mean would be, were the true one zero (t-test)."),
        "mean_ms": Figure("Mean length", LENGTH, "From first to last fill, on average."),
        "median_ms": Figure("Median length", LENGTH, "Half of the round trips were shorter."),
        "shortest_ms": Figure("Shortest", LENGTH, "The shortest round trip."),
        "longest_ms": Figure("Longest", LENGTH, "The longest round trip."),
        "mean_ms_won": Figure("Mean length, won", LENGTH, "Of the won ones."),
        "mean_ms_lost": Figure("Mean length, lost", LENGTH, "Of the lost ones."),
        "longest_win_streak": Figure("Wins in a row", COUNT, "The most won one after the other."),
        "longest_loss_streak": Figure("Losses in a row", COUNT, "The most lost one after the other."),
        "most_open": Figure("Most at once", COUNT, "The most round trips open at one time."),
        "mean_stake": Figure("Mean stake", MONEY, "What opening a round trip cost, on average."),
        "largest_stake": Figure("Largest stake", MONEY, "The most that opening one cost."),
        "mean_mae": Figure(
            "Mean adverse excursion",
            PERCENT,
            "How far a round trip was in loss at worst, on average, by its entry price.",
        ),
        "worst_mae": Figure("Worst adverse excursion", PERCENT, "The greatest of it."),
        "mean_mfe": Figure(
            "Mean favourable excursion", PERCENT, "How far a round trip was in gain at best, on average."
        ),
        "best_mfe": Figure("Best favourable excursion", PERCENT, "The greatest of it."),
        "mean_end_drawdown": Figure("Mean given back", PERCENT, "From the best moment to the exit, on average."),
        "worst_end_drawdown": Figure("Most given back", PERCENT, "The greatest of it."),
    },
    "execution": {
        "fills": Figure("Fills", COUNT, "Executions, of which an order may have several."),
        "buys": Figure("Buys", COUNT, "Fills that bought."),
        "sells": Figure("Sells", COUNT, "Fills that sold."),
        "partial_fills": Figure("Partial fills", COUNT, "Fills after which their order had more to come."),
        "maker_share": Figure("Maker share", PERCENT, "The share of fills of orders that rested."),
        "maker_volume_share": Figure("Maker share of volume", PERCENT, "The same by worth."),
        "volume": Figure("Volume", MONEY, "What was traded, in quote."),
        "fees": Figure("Fees", MONEY, "All fees that were paid, in quote."),
        "fee_bps": Figure("Fees by volume", BPS, "In hundredths of a percent of what was traded."),
        "shortfall": Figure(
            "Implementation shortfall", MONEY, "What fills and fees cost beside the last close before them."
        ),
        "shortfall_bps": Figure("Shortfall by volume", BPS, "In hundredths of a percent of what was traded."),
        "latency_ms": Figure("Latency", LENGTH, "From a decision until what it wants is at the market."),
        "stale_fills": Figure("Fills after a gap", COUNT, "Fills in a candle before which one is missing."),
        "off_session_fills": Figure(
            "Fills off session", COUNT, "Fills outside the hours in which positions may be opened."
        ),
        "expired_orders": Figure("Timed out", COUNT, "Orders whose time was up, or that were for at once or never."),
        "limit_hits": Figure(
            "Limit hits", COUNT, "How often a limit kept an order back or cut it, of the notes that were kept."
        ),
        "halts": Figure("Halts", COUNT, "Whether the strategy was halted."),
        "slippage_cost": Figure("Slippage", MONEY, "What fills by the market were worse than the price they went by."),
        "funding_cost": Figure("Funding", MONEY, "What was paid for funding, less what came in."),
        "borrow_cost": Figure("Borrow fees", MONEY, "What was paid for what was sold short."),
        "capacity": Figure(
            "Capacity",
            MONEY,
            "The capital at which the impact of its own orders would eat all profit (square root of order by volume).",
        ),
    },
    "benchmark": {
        "total_return": Figure(
            "Buying and holding", PERCENT, "What holding the same symbols in equal parts made, without fees."
        ),
        "excess_return": Figure("Made beyond it", PERCENT, "The run's total return less that."),
        "max_drawdown": Figure("Its largest drawdown", PERCENT, "The deepest fall of holding."),
        "beta": Figure("Beta", NUMBER, "How far the run moved with the benchmark: 1 as far, 0 not at all."),
        "alpha": Figure("Alpha", PERCENT, "The yearly return beyond what beta explains."),
        "correlation": Figure("Correlation", NUMBER, "Of daily returns: 1 together, -1 against each other."),
        "r_squared": Figure("R squared", NUMBER, "Correlation squared."),
        "tracking_error": Figure(
            "Tracking error", PERCENT, "Standard deviation of the difference of daily returns, for a year."
        ),
        "information_ratio": Figure(
            "Information ratio", NUMBER, "The mean difference by its standard deviation, for a year."
        ),
        "treynor": Figure("Treynor", PERCENT, "The yearly return by beta."),
        "volatility": Figure(
            "Its volatility", PERCENT, "Standard deviation of the benchmark's daily returns, for a year."
        ),
        "up_capture": Figure("Up capture", NUMBER, "Mean return on days on which the benchmark rose, by its own."),
        "down_capture": Figure("Down capture", NUMBER, "The same of days on which it fell: small is good."),
    },
    "bot": {
        "matched_pairs": Figure("Matched pairs", COUNT, "Purchases that were sold again, each in its cell."),
        "grid_profit": Figure("Grid profit", MONEY, "What the matched pairs made."),
        "floating": Figure("Floating", MONEY, "The profit or loss of what is still held."),
        "range_time": Figure(
            "Time in range", PERCENT, "The share of the closes within the grid's lines as they stood first."
        ),
        "max_capital": Figure("Most capital in a deal", MONEY, "The most that opening one deal cost."),
        "time_at_depth": Figure(
            "Time at full depth", PERCENT, "The share of the time in deals with as many safety orders filled as ever."
        ),
    },
}
