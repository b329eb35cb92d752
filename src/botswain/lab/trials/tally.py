"""How many trials were made on the same candles, over all searches that were made on them with this data folder.

A file for each candles, by their content hash: a line for each search that ended, on its own terms or by Ctrl-C. Of a
search that was made again, or gone on with, only the greatest count is a count. Two searches that tried the same
combination count it twice: nobody knows what a person has looked at, and an error shall be against the bot.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Counted:
    """Trials that ran to their end, and of how many searches they are."""

    trials: int
    searches: int


def trials_before(tally: Tally, hashes: Iterable[str], told: int | None) -> tuple[int, dict[str, int | str]]:
    """How many trials a run is the best of, and where that is known from, as a report tells it.

    told  what a person says; None: what was counted on the run's candles, 1 where there was no search
    """
    if told is not None:
        return told, {"trials_from": "told"}
    found = tally.counted(hashes)
    return max(found.trials, 1), {"trials_from": "counted", "searches": found.searches}


class Tally:
    """The counts in a folder. `trouble` says why the last search could not be counted; empty where it was."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.trouble = ""

    def add(self, hashes: Iterable[str], search: str, strategy: str, trials: int) -> None:
        """Count a search under each of its candles.

        hashes    content hashes of all candles that it was given to trade on
        search    what tells it from every other one; the same for the same search
        trials    how many combinations ran
        """
        line = json.dumps({"search": search, "strategy": strategy, "trials": trials}) + "\n"
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            for one in hashes:
                with self._path(one).open("a", encoding="utf-8") as file:
                    file.write(line)
        except OSError as error:
            self.trouble = f"the trials of this search are not counted in {self._folder} ({error.strerror})"
        else:
            self.trouble = ""

    def counted(self, hashes: Iterable[str]) -> Counted:
        """What was tried on any of these candles."""
        found: dict[str, int] = {}
        for one in hashes:
            for line in self._lines(one):
                found[line["search"]] = max(line["trials"], found.get(line["search"], 0))
        return Counted(sum(found.values()), len(found))

    def _path(self, digest: str) -> Path:
        """The file of some candles."""
        return self._folder / f"{digest}.jsonl"

    def _lines(self, digest: str) -> Iterator[dict[str, Any]]:
        """The lines of a file. One that is torn was never counted; the same goes for a file that cannot be read."""
        try:
            text = self._path(digest).read_text("utf-8", errors="replace")
        except OSError:
            return
        for line in text.splitlines():
            try:
                found = json.loads(line)
            except ValueError:
                continue
            if (
                isinstance(found, dict)
                and isinstance(found.get("search"), str)
                and isinstance(found.get("trials"), int)
            ):
                yield found
