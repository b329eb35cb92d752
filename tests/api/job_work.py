"""What jobs of the runner's tests do: it is named to the child process, which has the tests' folder on its path."""

import json
import os
import sys
import tempfile
from pathlib import Path

from botswain.model.errors import BadInput


def work(asked, tell):
    """By the request's `do`; `context.folder` is where a job leaves word and waits for it."""
    what, folder = asked["request"]["do"], Path(asked["context"]["folder"])
    print("this is printed by a strategy and is no word of ours")
    tell(0.25, f"doing {what}")
    if what == "die":
        os._exit(7)
    if what == "refuse":
        raise BadInput("levels is 900; write 1 to 500")
    if what == "wait":
        kept = Path(tempfile.gettempdir()) / "kept"
        kept.write_text("as a search lays its candles out")
        (folder / "scratch").write_text(str(kept))
        (folder / "pid").write_text(str(os.getpid()))
        with open(folder / "pipe") as pipe:  # until somebody opens the other end, or the process is ended
            pipe.read()
    if what == "keep":
        kept = Path(asked["kept"])
        kept.mkdir(parents=True, exist_ok=True)
        (kept / "tries").open("a").write("x")
        if (kept / "tries").read_text() == "x":
            (folder / "begun").touch()
            with open(folder / "pipe") as pipe:
                pipe.read()
        what = (kept / "tries").read_text()
    sys.stdout.flush()
    return {"metrics": {"profit": "1.50"}, "request": json.dumps(asked["request"]), "nice": os.nice(0), "did": what}
