"""What the report's figures mean, in a line each, for whoever meets them for the first time."""

from __future__ import annotations

MEANINGS = {
    "a year (CAGR)": "the steady yearly gain that would come to the same end",
    "market change": "the first symbol's price from first close to last: what buying and holding made",
    "largest drawdown": "the deepest fall of equity from a peak, and how long it lasted",
    "volatility": "how far a year's gain usually strays from the mean (standard deviation)",
    "Sharpe": "mean gain over its volatility, for a year; below 1 is weak, above 3 is rarely real",
    "Sortino": "as Sharpe, but only losses count as volatility",
    "Calmar": "the yearly gain over the largest drawdown",
    "round trip": "from no position to none, of a grid a cell's buy and sale; won: its profit after fees is above zero",
    "profit factor": "what the won round trips made over what the others lost",
    "expectancy": "the mean profit of a round trip",
}
