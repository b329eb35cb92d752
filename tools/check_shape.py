"""Checks the habits that ruff, mypy and import-linter cannot: sizes, names, ambient input, broad excepts.

It reads source as text and syntax trees and never imports it, so a broken module cannot break the check. It is not a
style checker: every rule here exists because breaking it has made a trading program wrong or unreadable, and says so
in its message. The numbers, the reasons and the exemptions are in shape_limits.py.

    python tools/check_shape.py [ROOT]      prints faults, exits 1 when one of them is not a warning
"""

import ast
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

import shape_limits as limits
from shape_limits import WHY

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef
Scope = tuple[ast.ClassDef | FunctionNode, ...]


@dataclass(frozen=True)
class Fault:
    """One breach: where, which rule, what was found, why the rule stands and what to do."""

    path: str
    line: int
    rule: str
    found: str
    why: str
    warning: bool = False

    def __str__(self) -> str:
        kind = "warning" if self.warning else "error"
        return f"{self.path}:{self.line}: {kind}: {self.rule}: {self.found}. {self.why}"


@dataclass(frozen=True)
class Source:
    """A parsed file. `nodes` pairs every syntax node with the classes and functions around it, outermost first."""

    path: str
    text: str
    tree: ast.Module
    nodes: tuple[tuple[ast.AST, Scope], ...]
    names: dict[str, str]

    @property
    def room(self) -> str:
        """The package of src/botswain that holds the file; "" outside of it and for its top modules."""
        inside = self.path.removeprefix(limits.PACKAGE)
        return inside.split("/")[0] if inside != self.path and "/" in inside else ""


def check(root: Path) -> list[Fault]:
    """All faults of the Python files under `root`, in order of path and line. Reads files, changes nothing."""
    faults: list[Fault] = []
    broad: Counter[str] = Counter()
    for path in python_files(root):
        name = path.relative_to(root).as_posix()
        faults += file_name(name)
        text = path.read_text(encoding="utf-8")
        try:
            source = parse(name, text)
        except SyntaxError as error:
            why = "Nothing can be said about a file that does not parse; correct it."
            faults.append(Fault(name, error.lineno or 1, "syntax", f"{error.msg}", why))
            continue
        for rule in RULES:
            faults += rule(source)
        faults += broad_excepts(source, broad)
    faults += stale_broad_excepts(broad)
    return sorted(faults, key=lambda fault: (fault.path, fault.line, fault.rule))


def main(arguments: list[str]) -> int:
    """Prints the faults under the folder named in `arguments` (default: the repository). 0 when none is an error."""
    root = Path(arguments[0]) if arguments else Path(__file__).resolve().parent.parent
    faults = check(root)
    for fault in faults:
        print(fault)
    warnings = sum(fault.warning for fault in faults)
    errors = len(faults) - warnings
    print(f"check_shape: {sum(1 for _ in python_files(root))} files, {errors} errors, {warnings} warnings")
    return 1 if errors else 0


def python_files(root: Path) -> Iterator[Path]:
    """Every .py file of the scanned folders, without caches and hidden folders."""
    for folder in limits.SCANNED:
        for path in sorted((root / folder).rglob("*.py")):
            parts = path.relative_to(root).parts
            if not any(part.startswith(".") or part in ("__pycache__", "node_modules") for part in parts):
                yield path


def parse(name: str, text: str) -> Source:
    """The file as a Source. Raises SyntaxError."""
    tree = ast.parse(text, name)
    return Source(name, text, tree, tuple(with_scopes(tree, ())), imported_names(tree))


def with_scopes(node: ast.AST, scope: Scope) -> Iterator[tuple[ast.AST, Scope]]:
    inner = (*scope, node) if isinstance(node, ast.ClassDef | FunctionNode) else scope
    for child in ast.iter_child_nodes(node):
        yield child, inner
        yield from with_scopes(child, inner)


def imported_names(tree: ast.Module) -> dict[str, str]:
    """What each imported name of the file stands for: {"np": "numpy", "now": "time.time"}."""
    names: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                first = alias.name.split(".")[0]
                names[alias.asname or first] = alias.name if alias.asname else first
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                names[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    return names


def dotted(node: ast.AST, names: dict[str, str]) -> str:
    """The full name an expression refers to through the file's imports, or "" for anything else."""
    if isinstance(node, ast.Name):
        return names.get(node.id, "")
    if isinstance(node, ast.Attribute):
        owner = dotted(node.value, names)
        return f"{owner}.{node.attr}" if owner else ""
    return ""


def functions_of(scope: Scope) -> tuple[FunctionNode, ...]:
    return tuple(node for node in scope if isinstance(node, FunctionNode))


# The rules, in the order of the style page.


def file_length(source: Source) -> Iterator[Fault]:
    lines = len(source.text.splitlines())
    if lines <= limits.FILE_WARN_LINES or any(fnmatch(source.path, pattern) for pattern in limits.LONG_FILES):
        return
    too_long = lines > limits.FILE_FAIL_LINES
    limit = limits.FILE_FAIL_LINES if too_long else limits.FILE_WARN_LINES
    found = f"{lines} lines, {'limit' if too_long else 'warned above'} {limit}"
    yield Fault(source.path, lines, "file-length", found, WHY["file-length"], warning=not too_long)


def function_length(source: Source) -> Iterator[Fault]:
    for node, _ in source.nodes:
        if isinstance(node, FunctionNode):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > limits.FUNCTION_LINES:
                found = f"{node.name} has {lines} lines, limit {limits.FUNCTION_LINES}"
                yield Fault(source.path, node.lineno, "function-length", found, WHY["function-length"])


def file_name(path: str) -> Iterator[Fault]:
    """Faults of the path itself; the folders of a file are judged with it."""
    *folders, name = path.split("/")
    stem = name.removesuffix(".py").removeprefix("test_")
    for part in (*folders, stem):
        for word in limits.FORBIDDEN_WORDS.intersection(part.split("_")):
            found = f'"{part}" contains "{word}"'
            yield Fault(path, 1, "vague-name", found, WHY["vague-name"])
    if folders and (stem == folders[-1] or (path.startswith(limits.PACKAGE) and folders[-1] in stem.split("_"))):
        yield Fault(path, 1, "repeated-name", f'"{name}" stands in folder "{folders[-1]}"', WHY["repeated-name"])


def docstring(source: Source) -> Iterator[Fault]:
    empty_init = source.path.endswith("/__init__.py") and not source.text.strip()
    if not empty_init and not ast.get_docstring(source.tree):
        yield Fault(source.path, 1, "docstring", "the module has none", WHY["docstring"])


def local_import(source: Source) -> Iterator[Fault]:
    for node, scope in source.nodes:
        if isinstance(node, ast.Import | ast.ImportFrom) and may_not_import(source, functions_of(scope)):
            found = f'"{ast.unparse(node)}" inside {functions_of(scope)[-1].name}'
            yield Fault(source.path, node.lineno, "local-import", found, WHY["local-import"])
        if isinstance(node, ast.If) and ast.unparse(node.test).split(".")[-1] == "TYPE_CHECKING":
            yield Fault(source.path, node.lineno, "local-import", "a TYPE_CHECKING detour", WHY["local-import"])


def may_not_import(source: Source, functions: tuple[FunctionNode, ...]) -> bool:
    if not functions or source.path in limits.LOCAL_IMPORT_FILES:
        return False
    lazy_package = source.path.endswith("/__init__.py") and functions[0].name == "__getattr__"
    return not lazy_package and not any(is_command(function) for function in functions)


def is_command(function: FunctionNode) -> bool:
    """Whether a decorator makes it a click command: @click.command(), @main.command("x"), @click.group."""
    for decorator in function.decorator_list:
        called = decorator.func if isinstance(decorator, ast.Call) else decorator
        if ast.unparse(called).split(".")[-1] in ("command", "group"):
            return True
    return False


def parameters(source: Source) -> Iterator[Fault]:
    if source.room not in limits.KERNEL_ROOMS:
        return
    for node, scope in source.nodes:
        if not isinstance(node, FunctionNode):
            continue
        a = node.args
        every = [*a.posonlyargs, *a.args, *filter(None, (a.vararg, a.kwarg)), *a.kwonlyargs]
        method = bool(scope) and isinstance(scope[-1], ast.ClassDef)
        count = sum(not (method and place == 0 and arg.arg in ("self", "cls")) for place, arg in enumerate(every))
        if count > limits.KERNEL_PARAMETERS:
            found = f"{node.name} takes {count}, limit {limits.KERNEL_PARAMETERS}"
            yield Fault(source.path, node.lineno, "parameters", found, WHY["parameters"])


def ambient(source: Source) -> Iterator[Fault]:
    if source.room not in limits.TRADING_ROOMS or source.path in limits.AMBIENT_FILES:
        return
    calls = [node for node, _ in source.nodes if isinstance(node, ast.Call)]
    unseeded = {id(call.func) for call in calls if not call.args and not call.keywords}
    for node, _ in source.nodes:
        name = dotted(node, source.names)
        if not any(name == one or (one.endswith(".") and name.startswith(one)) for one in limits.AMBIENT):
            continue
        if name in limits.SEEDED and id(node) not in unseeded:
            continue
        line = getattr(node, "lineno", 1)
        yield Fault(source.path, line, "ambient", f"{name} in room {source.room}", WHY["ambient"])


def environment(source: Source) -> Iterator[Fault]:
    if not source.path.startswith(limits.PACKAGE) or source.path in limits.ENVIRONMENT_FILES:
        return
    for node, _ in source.nodes:
        name = dotted(node, source.names)
        if name in limits.ENVIRONMENT:
            yield Fault(source.path, getattr(node, "lineno", 1), "environment", name, WHY["environment"])


def pure_builtins(source: Source) -> Iterator[Fault]:
    if source.room not in limits.PURE_ROOMS:
        return
    for node, _ in source.nodes:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            name = node.func.id
            if name in limits.PURE_FORBIDDEN_BUILTINS and name not in source.names:
                yield Fault(source.path, node.lineno, "pure-room", f"{name}() in room {source.room}", WHY["pure-room"])


def broad_excepts(source: Source, counted: Counter[str]) -> Iterator[Fault]:
    """Faults of handlers above the listed number; adds what it saw to `counted`."""
    for node, scope in source.nodes:
        if is_broad(node, source.names):
            place = f"{source.path}:{'.'.join(part.name for part in scope) or '<module>'}"
            counted[place] += 1
            allowed = limits.BROAD_EXCEPTS.get(place, 0)
            if counted[place] > allowed:
                found = f"number {counted[place]} in {place.split(':')[1]}, {allowed} listed"
                yield Fault(source.path, getattr(node, "lineno", 1), "broad-except", found, WHY["broad-except"])


def is_broad(node: ast.AST, names: dict[str, str]) -> bool:
    """Whether it catches everything: a bare except, Exception alone or in a tuple, contextlib.suppress(Exception)."""
    if isinstance(node, ast.ExceptHandler):
        caught = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
    elif isinstance(node, ast.Call) and dotted(node.func, names) == "contextlib.suppress":
        caught = list(node.args)
    else:
        return False
    return any(one is None or ast.unparse(one) in ("Exception", "BaseException") for one in caught)


def stale_broad_excepts(counted: Counter[str]) -> Iterator[Fault]:
    for place, allowed in limits.BROAD_EXCEPTS.items():
        if counted[place] < allowed:
            found = f"{place} is listed with {allowed}, the source has {counted[place]}"
            yield Fault(
                "tools/shape_limits.py", 1, "broad-except", found, "Lower the number: a spare one hides a new one."
            )


RULES = (
    file_length,
    function_length,
    docstring,
    local_import,
    parameters,
    ambient,
    environment,
    pure_builtins,
)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
