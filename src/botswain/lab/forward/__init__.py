"""Choosing on one span and judging on the next: walk-forward and holdout (docs/decisions/0025)."""
