"""Whether a strategy can be trusted with a backtest and with money: what `botswain strategy check` looks at.

Each file is one question. All of it is done in a process of its own (`child`), because a strategy that is not trusted
yet may end the process it runs in, or never end.
"""
