"""Cells of a table that a spreadsheet opens: text that it would take for a formula is marked as text.

A name such as `=HYPERLINK(...)` would be carried out on the machine of whoever opens the file. Numbers stay numbers.
"""

from __future__ import annotations

import re
from typing import Any

STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")


def safe_cell(value: Any) -> str:
    """A value as a cell: nothing for None; text that begins as a formula does gets an apostrophe before it."""
    text = "" if value is None else str(value)
    if text.startswith(STARTS) and not NUMBER.fullmatch(text):
        return f"'{text}"
    return text
