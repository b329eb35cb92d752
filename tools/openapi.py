"""Writes the description of the HTTP door that the web application's types are generated from.

    python tools/openapi.py [FILE]

Without FILE it goes to standard output. What the live connection tells is described too, as webhooks.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from botswain.api.app import made_app


def main() -> None:
    """Write it."""
    text = json.dumps(made_app().openapi(), indent=1, sort_keys=True) + "\n"
    if len(sys.argv) > 1:
        Path(sys.argv[1]).write_text(text, "utf-8")
    else:
        sys.stdout.write(text)


if __name__ == "__main__":
    main()
