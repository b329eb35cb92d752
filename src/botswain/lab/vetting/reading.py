"""What a strategy's source says it depends on besides candles: chance, clock, environment, files, network.

Read, not run: only what its step, its declarations and the loading of its files can reach. What goes by another name is
found by what it does (`draws`), or by runs that differ (`sameness`).
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from botswain.build.step import ARGUMENTS
from botswain.lab.vetting.findings import Finding, Place, failed, warning
from botswain.lab.vetting.subject import Subject

REMEDIES = {
    "chance": "a decision must come out the same when it is made again; leave it out, or compute it from the candle",
    "clock": "a backtest has another clock; read the time of the decision as my.time_ms",
    "environment": "other machines have another environment; make it a Param",
    "files": "put the numbers into the module as constants, so that they belong to the strategy's code",
    "network": "what others answer cannot be repeated; put the numbers into the module as constants",
    "process": "the step may run in any process or thread; leave it out",
}
# Functions of the module time that look at a clock, or wait for one; its others only compute.
CLOCKS = frozenset(
    [
        "time",
        "time_ns",
        "monotonic",
        "monotonic_ns",
        "perf_counter",
        "perf_counter_ns",
        "process_time",
        "process_time_ns",
        "thread_time",
        "sleep",
        "localtime",
        "ctime",
    ]
)
WORDS = {
    "chance": "chance",
    "clock": "the clock",
    "environment": "the environment",
    "files": "files",
    "network": "the network",
    "process": "the process it runs in",
}
# What a call is named, from its beginning, and what it draws on.
DRAWS = {
    "random.": "chance",
    "secrets.": "chance",
    "numpy.random.": "chance",
    "uuid.uuid1": "chance",
    "uuid.uuid4": "chance",
    "os.urandom": "chance",
    **{f"time.{name}": "clock" for name in CLOCKS},
    "datetime.datetime.now": "clock",
    "datetime.datetime.utcnow": "clock",
    "datetime.datetime.today": "clock",
    "datetime.date.today": "clock",
    "os.environ": "environment",
    "os.getenv": "environment",
    "os.getcwd": "environment",
    "os.getpid": "environment",
    "platform.": "environment",
    "sys.argv": "environment",
    "open": "files",
    "numpy.load": "files",
    "numpy.loadtxt": "files",
    "numpy.genfromtxt": "files",
    "numpy.fromfile": "files",
    "pandas.read_": "files",
    "polars.read_": "files",
    "polars.scan_": "files",
    "os.listdir": "files",
    "os.scandir": "files",
    "socket.": "network",
    "urllib.": "network",
    "http.": "network",
    "requests.": "network",
    "httpx.": "network",
    "aiohttp.": "network",
    "ccxt.": "network",
    "subprocess.": "process",
    "os.system": "process",
    "os.fork": "process",
    "os._exit": "process",
    "os.abort": "process",
    "os.kill": "process",
    "threading.": "process",
    "multiprocessing.": "process",
    "id": "process",
    "hash": "process",
}
# Methods of what is named nowhere: a path's, mostly.
METHODS = dict.fromkeys(("read_text", "read_bytes", "write_text", "write_bytes"), "files")
# A generator with a seed of its own gives the same numbers every time the file is loaded.
SEEDED = ("random.Random", "numpy.random.default_rng", "numpy.random.RandomState", "numpy.random.Generator")
FRAMES = ("f_locals", "f_back", "_getframe", "currentframe")
CHECK = "draws"


def read(subject: Subject) -> list[Finding]:
    """What the source gives away."""
    found: list[Finding] = []
    for file, tree in subject.trees.items():
        names = imported(tree)
        for node, loading in reached(tree):
            found += drawn(node, file, names, loading)
            found += peeked(node, file)
            found += kept(node, file, loading)
    return found


def imported(tree: ast.Module) -> dict[str, str]:
    """What each imported name stands for."""
    names: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                first = alias.name.split(".")[0]
                names[alias.asname or first] = alias.name if alias.asname else first
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
    return names


def reached(tree: ast.Module) -> Iterator[tuple[ast.AST, bool]]:
    """Every node that loading the file, or a strategy in it, can come to, and whether loading does.

    Functions count once something that counts names them; a strategy's methods always, for Botswain calls them.
    """
    functions = {one.name: one for one in tree.body if isinstance(one, ast.FunctionDef)}
    seen: set[str] = set()
    waiting: list[tuple[ast.AST, bool]] = [(one, True) for one in tree.body if not set_apart(one)]
    while waiting:
        top, loading = waiting.pop(0)
        for node, now in nodes(top, loading):
            yield node, now
            if isinstance(node, ast.Name) and node.id in functions and node.id not in seen:
                seen.add(node.id)
                waiting.append((functions[node.id], False))


def set_apart(node: ast.stmt) -> bool:
    """Whether a statement at the top does nothing when the file is loaded: a function, or what runs on its own."""
    if isinstance(node, ast.FunctionDef | ast.Import | ast.ImportFrom):
        return True
    return isinstance(node, ast.If) and "__name__" in ast.unparse(node.test)


def nodes(top: ast.AST, loading: bool) -> Iterator[tuple[ast.AST, bool]]:
    """All nodes of a tree; within a function nothing is of the loading any more."""
    yield top, loading
    inside = loading and not isinstance(top, ast.FunctionDef | ast.Lambda)
    for child in ast.iter_child_nodes(top):
        yield from nodes(child, inside)


def dotted(node: ast.AST, names: dict[str, str]) -> str:
    """The full name of an expression through the file's imports; the builtins by their own."""
    if isinstance(node, ast.Name):
        return names.get(node.id, node.id if node.id in ("open", "id", "hash") else "")
    if isinstance(node, ast.Attribute):
        owner = dotted(node.value, names)
        return f"{owner}.{node.attr}" if owner else ""
    return ""


def drawn(node: ast.AST, file: str, names: dict[str, str], loading: bool) -> Iterator[Finding]:
    """What a call, or a look at the environment, draws on."""
    if isinstance(node, ast.Call):
        name = dotted(node.func, names)
        source = source_of(name)
        if not source and isinstance(node.func, ast.Attribute):
            name, source = f"{node.func.attr}()", METHODS.get(node.func.attr, "")
        if name in SEEDED and (node.args or node.keywords):
            return
    elif isinstance(node, ast.Subscript):
        name = dotted(node.value, names)
        source = source_of(name) if name in ("os.environ", "sys.argv") else ""
    else:
        return
    if source:
        yield drew(source, name, Place(file, node.lineno), loading)


def source_of(name: str) -> str:
    """What a full name draws on; empty for nothing. An entry that ends in "." or "_" stands for all it begins."""
    for start, source in DRAWS.items():
        if name == start or name.startswith(f"{start}.") or (start[-1] in "._" and name.startswith(start)):
            return source
    return ""


def drew(source: str, name: str, place: Place, loading: bool) -> Finding:
    """The finding of one draw. A file that is read while the strategy is loaded may be a model: that is only told."""
    if loading and source == "files":
        return warning(
            CHECK,
            f"it reads a file when it is loaded ({name}): what it decides hangs on that file too",
            place,
            "keep the file with the strategy and never change it, or put its numbers into the module as constants",
            source,
        )
    when = "when it is loaded" if loading else "in what decides"
    return failed(CHECK, f"it draws on {WORDS[source]} {when}: {name}", place, REMEDIES[source], source)


def peeked(node: ast.AST, file: str) -> Iterator[Finding]:
    """A way around the six names, to the run itself."""
    if isinstance(node, ast.Name) and node.id in ARGUMENTS:
        what = f"it names {node.id}, which is Botswain's: the run itself, future candles and all"
    elif isinstance(node, ast.Attribute) and node.attr in FRAMES:
        what = f"it looks into the functions that call it ({node.attr}), where the run with its future candles is"
    else:
        return
    remedy = "read now, was, candle and my only; keep older values in my.mem"
    yield failed("look-ahead", what, Place(file, node.lineno), remedy)


def kept(node: ast.AST, file: str, loading: bool) -> Iterator[Finding]:
    """A number kept beside my.mem, which a restart loses and a second run finds."""
    if isinstance(node, ast.Global) and not loading:
        yield failed(
            "same again",
            f"it keeps {', '.join(node.names)} in the module from one call to the next",
            Place(file, node.lineno),
            "keep numbers in my.mem: declare them in memory()",
        )
