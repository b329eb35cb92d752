"""Where whoever holds a key may send anything: the venue's own hosts. Everything else is refused, and people are told.

Checked at the last step before a connection, on the address that is about to be used, whoever put it together: a
package that was tampered with, a setting, a reply that sends us elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from botswain.model.errors import FailClosed
from botswain.venues.binance.facts import origin


class Astray(FailClosed):
    """Something was about to be sent to a host that is not the venue's. It was not sent; look at this installation."""


@dataclass(frozen=True)
class Egress:
    """The origins that may be reached. alarm: told of every attempt to reach another."""

    origins: frozenset[str]
    alarm: Callable[[str], None] = lambda _text: None

    def check(self, url: str) -> None:
        """Raises Astray, without the address's path and query: a signature may stand there."""
        try:
            asked = origin(url)
        except ValueError:
            asked = "an address that is none"
        if asked in self.origins:
            return
        text = (
            f"ALARM: something here tried to reach {asked}, which is no host of the venue's "
            f"({', '.join(sorted(self.origins))}); nothing was sent. Stop this process and look at what is installed"
        )
        self.alarm(text)
        raise Astray(text)
