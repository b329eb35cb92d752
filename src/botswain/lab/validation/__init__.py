"""Whether a backtest can be believed, as part of every report: a file for each question, and `judging` asks them."""
