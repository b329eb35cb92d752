"""The decision and everything that must be the same in research and live: pure functions over records and arrays.

Indicators, the strategy's step, wanted orders, sizing, exits, the gate, matching, the simulator and reconcile. No
clock, no I/O, no logger; `botswain.build` compiles these functions, and they run as they are where it does not.
"""
