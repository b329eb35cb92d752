"""The numbers, the reasons and the exemptions that check_shape.py judges by.

Only data stands here, so that a reader sees every exemption of the project on one page. Each exemption carries its
reason; one without a reason is not an exemption. Paths are relative to the repository root, with forward slashes;
patterns are those of fnmatch, in which `*` also crosses folders.
"""

# Why each rule stands and what to do; printed with every fault.
WHY = {
    "file-length": "A file is one idea and is read at one sitting; give the second idea its own noun and file.",
    "function-length": "A function fits one screen: keep the branches in the parent and move pure leaves out.",
    "vague-name": "Such a place collects what nobody looks for; put each function with its noun.",
    "repeated-name": "The folder has said it already; name the file by what it adds.",
    "docstring": "A reader needs to know what it is, what it is not and why; open it with a short paragraph.",
    "local-import": "It hides a ring of imports, and a ring means that a noun is missing; import at the top, "
    "or list the file in LOCAL_IMPORT_FILES with the reason.",
    "parameters": "A compiled function with many numbers in a row is called in the wrong order sooner or later; "
    "pass a record or an array.",
    "ambient": "Time and chance come in as arguments, or a backtest and a replay cannot repeat what happened live; "
    "take a clock or a seeded generator, or list the file in AMBIENT_FILES with the reason.",
    "environment": "Settings are read in one place, so that a run is known by its settings; take it as an argument.",
    "pure-room": "This room computes only; let the caller read and write.",
    "broad-except": "It also catches the fault nobody thought of and trades on; name the errors, or, at a task's "
    "outer wall, list it in BROAD_EXCEPTS.",
}

SCANNED = ("src", "tools", "tests", "benchmarks", "examples")
PACKAGE = "src/botswain/"

FILE_WARN_LINES = 300
FILE_FAIL_LINES = 500
FUNCTION_LINES = 70
KERNEL_PARAMETERS = 7

# Files that may be longer than FILE_FAIL_LINES: pattern -> reason.
LONG_FILES = {
    "src/botswain/*/migrations/versions/*.py": "a migration is written once by a generator and never edited",
    "src/botswain/*_table.py": "a table of facts is read by looking up one row, not from top to bottom",
}

FORBIDDEN_WORDS = frozenset(
    {"utils", "util", "helpers", "helper", "common", "misc", "manager", "managers"},
)

# Rooms whose modules compute and nothing else.
PURE_ROOMS = frozenset({"model", "core", "strategies", "ledger"})
PURE_FORBIDDEN_BUILTINS = frozenset({"open", "print", "input"})

# Rooms with compiled functions: numba cannot tell a wrong order of many arguments of one type.
KERNEL_ROOMS = frozenset({"core", "ledger"})

# Rooms that decide, book or send. The others (command line, API, chat, lab, compiler) may look at a clock.
TRADING_ROOMS = PURE_ROOMS | {
    "venues",
    "history",
    "store",
    "bus",
    "control",
    "engine",
    "gateway",
    "sandbox",
}

# What reads the machine's clock or its chance; an entry that ends with a dot covers everything below it.
AMBIENT = (
    "time.time",
    "time.time_ns",
    "time.monotonic",
    "time.monotonic_ns",
    "datetime.datetime.now",
    "datetime.datetime.utcnow",
    "datetime.datetime.today",
    "datetime.date.today",
    "uuid.uuid1",
    "uuid.uuid4",
    "uuid.uuid7",
    "os.urandom",
    "secrets.",
    "random.",
    "numpy.random.",
)

# Of those, what is a function of its seed: fine as a type, and when called with a seed.
SEEDED = frozenset(
    {
        "random.Random",
        "numpy.random.BitGenerator",
        "numpy.random.Generator",
        "numpy.random.PCG64",
        "numpy.random.SeedSequence",
        "numpy.random.default_rng",
    },
)

# Files of trading rooms that may read the clock or the chance, because they are where it comes in: path -> reason.
AMBIENT_FILES: dict[str, str] = {}

ENVIRONMENT = frozenset({"os.environ", "os.environb", "os.getenv", "os.getenvb", "os.putenv", "os.unsetenv"})

# Files of the package that may read the environment: path -> reason.
ENVIRONMENT_FILES = {
    "src/botswain/main.py": "builds the programs, so it may ask where it runs",
    "src/botswain/settings.py": "turns the environment into one frozen value",
}

# Files that may import inside a function: path -> reason. (A package's __getattr__ and click commands always may.)
LOCAL_IMPORT_FILES: dict[str, str] = {
    "src/botswain/control/bot_preview.py": "What decides loads the compiler's library; the page comes up sooner.",
    "src/botswain/control/share_actions.py": "A file of actions is read by polars, which no engine at a venue needs.",
    "src/botswain/cli/up_run.py": "What makes the demo takes a second to load; the other processes start first.",
    "src/botswain/lab/trials/optimise.py": "Optuna takes half a second to load; only who optimises waits for it.",
}

# Handlers of every error: "path:function" (a method as Class.method) -> how many that function has. A task's outer
# wall only: there the error is written down and the task ends or halts, it never goes on as if nothing happened.
BROAD_EXCEPTS: dict[str, int] = {
    # The outer wall of the program: one line for a person instead of a traceback.
    "src/botswain/main.py:exit_code": 1,
    # Nothing may cross into machine code: what a called-back step raises is kept and raised on the other side.
    "src/botswain/build/bridge.py:Bridge._answer.answer": 1,
    # The outer wall of a user's step in the event that halts it.
    "src/botswain/build/last_steps.py:PlainSteps._called": 1,
    # The compiler's: of code that it cannot read it raises anything.
    "src/botswain/build/link.py:prepare": 1,
    "tests/build/compared.py:prepared": 1,
    # Programs made by chance: whatever one raises is what is compared.
    "tests/build/compared.py:outcome": 1,
    # The outer wall of a user's file: whatever it raises is told with file and line.
    "src/botswain/build/strategy_file.py:module_of": 1,
    "src/botswain/build/own_strategies.py:loaded": 1,
    "src/botswain/control/strategies.py:read": 1,
    "src/botswain/foreign/faults.py:telling": 1,
    # The outer wall of an actor without a task of its own: what goes wrong in it ends `run`, which raises it.
    "src/botswain/engine/live_runner.py:Runner.go_on": 1,
    # The outer wall of a task that nobody waits for: a fault in it closes the keys, is said, and it looks again.
    "src/botswain/gateway/keys.py:KeyKeeper.keep": 1,
    # The outer wall of a user's step, live.
    "src/botswain/engine/bot.py:Bot.attempt": 1,
    # The outer wall of a user's declarations, tried with values that nobody has tried before.
    "src/botswain/lab/vetting/extremes.py:tried": 1,
    "src/botswain/lab/vetting/child.py:Examiner.made": 1,
    # The outer wall of a user's step: whatever it raises halts the run with file and line.
    "src/botswain/lab/run.py:advance": 1,
    # An event loop's: whatever is called in it raises is told to its exception handler, as asyncio's handles do.
    "src/botswain/simulation/clock.py:VirtualLoop._run_once": 1,
}
