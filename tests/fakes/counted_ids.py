"""Identifiers by counting: the same in every test run."""

from itertools import count

from botswain.model.ids import uuid7

NOW_MS = 1_750_000_000_000


class CountedIds:
    """Makes UUIDv7s first, first + 1 ... of one fixed millisecond."""

    def __init__(self, now_ms=NOW_MS, first=1):
        self.now_ms = now_ms
        self.numbers = count(first)

    def __call__(self):
        return uuid7(self.now_ms, next(self.numbers))
