"""A clock that stands still until a test moves it."""

from tests.fakes.counted_ids import NOW_MS


class FixedClock:
    """Returns the same millisecond until `forward` is called."""

    def __init__(self, now_ms=NOW_MS):
        self.now_ms = now_ms

    def __call__(self):
        return self.now_ms

    def forward(self, ms):
        """Let `ms` milliseconds pass."""
        self.now_ms += ms
