"""Exact bookkeeping: integers in, integers out, nothing else.

Plain functions over records, compiled for research and live alike (see `botswain.build`) and run as they are where
money outgrows 64 bits. No clock, no I/O, no floats but the estimates that `exact` then corrects.
"""
