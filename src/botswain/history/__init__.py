"""Candles on disk: reading people's files, judging them, keeping them, and getting them from venues.

It decides nothing about trading and knows no clock but the venue's. What leaves this room is `model.Candles` that
the checks have passed, or an error that names the row, the value and the remedy.
"""
