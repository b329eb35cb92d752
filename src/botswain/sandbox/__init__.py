"""The built-in exchange: Binance spot's API over candles, trades or a seeded market, on the project's own matching.

`exchange` and what it is made of are pure: bytes and the time come in, bytes and events come out. Only `server` knows
sockets, and nothing here knows a clock; the simulation calls the same functions the server does.
"""
