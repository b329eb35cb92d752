"""Strategies that were written for freqtrade or backtesting.py, as sources of signals and orders for our simulator.

Neither of the two is needed, imported or copied: what a strategy's file imports of them is stood in for, as long as the
file runs (`modules`), by code of ours that keeps to what is documented of them. docs/foreign.md says what is supported.
"""
