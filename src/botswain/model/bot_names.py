"""What a bot may be called: one line of text that can be typed, printed and looked for.

A name is part of a bot's order ids and of its journal, for good, so a bad one is refused before anything is written.
"""

from __future__ import annotations

from botswain.model.errors import BadInput

LONGEST = 64


def checked_bot_name(name: str) -> str:
    """The name itself. Raises BadInput where it is empty, too long, padded, or like an option or a path."""
    if not name.strip():
        raise BadInput(f"a bot's name is {name!r}; give it one, such as trend")
    if len(name) > LONGEST:
        raise BadInput(f"bot name {name[:20]!r}... has {len(name)} characters; use at most {LONGEST}")
    odd = next((one for one in name if not one.isprintable()), "")
    if odd:
        raise BadInput(f"bot name {name!r} holds {odd!r}, which cannot be printed; leave it out")
    if name != name.strip():
        raise BadInput(f"bot name {name!r} begins or ends with a space; write {name.strip()!r}")
    if name.startswith("-"):
        raise BadInput(f"bot name {name!r} begins with '-', as an option of a command does; write {name.lstrip('-')!r}")
    if not any(one.isalnum() for one in name):
        raise BadInput(f"bot name {name!r} has no letter and no digit; give it one, such as trend")
    if any(part in (".", "..") for part in name.replace("\\", "/").split("/")):
        raise BadInput(f"bot name {name!r} reads like a path to a file; leave out the part of dots")
    return name
