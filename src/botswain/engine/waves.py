"""The order in which journaled requests are sent. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from botswain.model.errands import Errand


def waves(errands: Sequence[Errand]) -> list[list[Errand]]:
    """Cancels and amendments, which free what others need, then what reduces, then the rest; no empty ones.

    Of what reduces, what takes the place of an order that protects comes first: it may free coins for the others.
    """
    found: list[list[Errand]] = [[], [], [], []]
    for one in errands:
        row = one.request.row
        if row is None or one.request.amends:
            found[0].append(one)
        elif row.protective and one.request.cancels:
            found[1].append(one)
        else:
            found[2 if row.reducing or row.protective else 3].append(one)
    return [one for one in found if one]
