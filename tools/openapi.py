"""Writes the description of the HTTP door that the web application's types are generated from.

    python tools/openapi.py [FILE]
    python tools/openapi.py --check FILE

Without FILE it goes to standard output; with --check it is only held against FILE. What the live connection tells is
described too, as webhooks.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from botswain.api.app import made_app


def main() -> int:
    """Write it, or hold it against what is there."""
    text = json.dumps(made_app().openapi(), indent=1, sort_keys=True) + "\n"
    match sys.argv[1:]:
        case ["--check", name]:
            if Path(name).read_text("utf-8") == text:
                return 0
            sys.stderr.write(
                f"{name} is not what the door says of itself; run: .venv/bin/python tools/openapi.py {name}\n"
            )
            return 1
        case [name] if not name.startswith("-"):
            Path(name).write_text(text, "utf-8")
        case []:
            sys.stdout.write(text)
        case _:
            sys.stderr.write(__doc__ or "")
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
