"""The order in which journaled requests are sent. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from botswain.model.errands import Errand


def waves(errands: Sequence[Errand]) -> list[list[Errand]]:
    """Cancels and amendments, which free what others need, then what reduces, then the rest; no empty ones."""
    found: list[list[Errand]] = [[], [], []]
    for one in errands:
        row = one.request.row
        if row is None or one.request.amends:
            found[0].append(one)
        else:
            found[1 if row.reducing or row.protective else 2].append(one)
    return [one for one in found if one]
