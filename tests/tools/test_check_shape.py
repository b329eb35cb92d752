"""Each rule of tools/check_shape.py is broken once in a temporary project and must be caught, and only there.

That the repository itself has no faults is the shape stage of `make check`, not a test.
"""

from pathlib import Path

import pytest

import check_shape
import shape_limits

OPENING = '"""What it is."""\n'


@pytest.fixture(autouse=True)
def nothing_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    """What this repository lists must not be looked for in the temporary ones."""
    for place in list(shape_limits.BROAD_EXCEPTS):
        monkeypatch.delitem(shape_limits.BROAD_EXCEPTS, place)


def faults_of(root: Path, path: str, text: str) -> list[check_shape.Fault]:
    """The faults of a project that has just one file."""
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return check_shape.check(root)


def rules_of(root: Path, path: str, text: str) -> list[str]:
    return [fault.rule for fault in faults_of(root, path, text)]


def test_a_tidy_file_has_no_fault(tmp_path: Path) -> None:
    assert faults_of(tmp_path, "src/botswain/core/exits.py", OPENING + "def stop(a, b):\n    return a - b\n") == []


def test_a_file_of_301_lines_is_warned_about_and_does_not_fail(tmp_path: Path) -> None:
    (fault,) = faults_of(tmp_path, "src/botswain/lab/sweep.py", OPENING + "x = 1\n" * 300)
    assert (fault.rule, fault.warning, fault.found) == ("file-length", True, "301 lines, warned above 300")
    assert check_shape.main([str(tmp_path)]) == 0


def test_a_file_of_300_lines_is_not_warned_about(tmp_path: Path) -> None:
    assert faults_of(tmp_path, "src/botswain/lab/sweep.py", OPENING + "x = 1\n" * 299) == []


def test_a_file_of_501_lines_fails(tmp_path: Path) -> None:
    (fault,) = faults_of(tmp_path, "tests/lab/test_sweep.py", OPENING + "x = 1\n" * 500)
    assert (fault.rule, fault.warning, fault.found) == ("file-length", False, "501 lines, limit 500")
    assert check_shape.main([str(tmp_path)]) == 1


@pytest.mark.parametrize(
    "path", ["src/botswain/store/migrations/versions/0001_first.py", "src/botswain/core/indicators/talib_table.py"]
)
def test_generated_code_and_tables_may_be_long(tmp_path: Path, path: str) -> None:
    assert faults_of(tmp_path, path, OPENING + "x = 1\n" * 900) == []


@pytest.mark.parametrize(("body", "expected"), [(69, []), (70, ["function-length"])])
def test_a_function_may_have_seventy_lines(tmp_path: Path, body: int, expected: list[str]) -> None:
    text = OPENING + "class A:\n    async def run(self):\n" + "        x = 1\n" * body
    assert rules_of(tmp_path, "src/botswain/engine/bot.py", text) == expected


@pytest.mark.parametrize(
    "path",
    [
        "src/botswain/core/utils.py",
        "src/botswain/helpers/price.py",
        "src/botswain/engine/order_manager.py",
        "tests/common/test_price.py",
        "tools/misc.py",
    ],
)
def test_a_name_that_says_nothing_is_refused(tmp_path: Path, path: str) -> None:
    assert rules_of(tmp_path, path, OPENING) == ["vague-name"]


@pytest.mark.parametrize(
    "path", ["src/botswain/store/store.py", "src/botswain/store/store_bots.py", "tests/store/test_store.py"]
)
def test_a_file_may_not_repeat_its_folder(tmp_path: Path, path: str) -> None:
    assert rules_of(tmp_path, path, OPENING) == ["repeated-name"]


def test_a_module_needs_a_docstring_unless_it_is_an_empty_init(tmp_path: Path) -> None:
    assert rules_of(tmp_path, "src/botswain/core/__init__.py", "\n") == []
    assert rules_of(tmp_path, "src/botswain/core/__init__.py", "x = 1\n") == ["docstring"]
    assert rules_of(tmp_path, "src/botswain/core/exits.py", "")[-1] == "docstring"


@pytest.mark.parametrize(
    "body",
    [
        "def f():\n    import os\n",
        "class A:\n    def f(self):\n        from pathlib import Path\n",
        "def f():\n    def command():\n        import json\n",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import json\n",
        "import typing\nif typing.TYPE_CHECKING:\n    import json\n",
    ],
)
def test_an_import_inside_a_function_is_refused(tmp_path: Path, body: str) -> None:
    assert rules_of(tmp_path, "src/botswain/lab/sweep.py", OPENING + body) == ["local-import"]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("src/botswain/__init__.py", "def __getattr__(name):\n    from botswain import lab\n"),
        (
            "src/botswain/cli/backtest.py",
            "@click.command()\n@click.option('--x')\ndef backtest(x):\n    import polars\n",
        ),
        ("src/botswain/cli/data.py", "@data.command('list')\ndef list_(x):\n    import polars\n"),
        ("src/botswain/cli/data.py", "@click.group\ndef data():\n    import polars\n"),
    ],
)
def test_a_lazy_package_and_a_command_may_import_late(tmp_path: Path, path: str, body: str) -> None:
    assert faults_of(tmp_path, path, OPENING + body) == []


def test_a_module_getattr_outside_of_a_package_is_no_exemption(tmp_path: Path) -> None:
    body = "def __getattr__(name):\n    import json\n"
    assert rules_of(tmp_path, "src/botswain/lab/sweep.py", OPENING + body) == ["local-import"]


def test_a_listed_file_may_import_late(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(shape_limits.LOCAL_IMPORT_FILES, "src/botswain/lab/sweep.py", "a reason")
    assert faults_of(tmp_path, "src/botswain/lab/sweep.py", OPENING + "def f():\n    import os\n") == []


@pytest.mark.parametrize(
    ("path", "signature", "expected"),
    [
        ("src/botswain/core/match.py", "def f(a, b, c, d, e, f, g): ...", []),
        ("src/botswain/core/match.py", "def f(a, b, c, d, e, f, g, h): ...", ["parameters"]),
        ("src/botswain/ledger/post.py", "def f(a, /, b, c, *d, e, f, g, **h): ...", ["parameters"]),
        ("src/botswain/ledger/post.py", "class A:\n    def f(self, a, b, c, d, e, f, g): ...", []),
        ("src/botswain/lab/sweep.py", "def f(a, b, c, d, e, f, g, h): ...", []),
    ],
)
def test_a_function_of_the_core_takes_at_most_seven(
    tmp_path: Path, path: str, signature: str, expected: list[str]
) -> None:
    assert rules_of(tmp_path, path, OPENING + signature + "\n") == expected


@pytest.mark.parametrize(
    "body",
    [
        "import time\nnow = time.time()\n",
        "import time as t\nclock = t.monotonic\n",
        "from time import time_ns as now\nx = now()\n",
        "from datetime import datetime\nx = datetime.now()\n",
        "import datetime as dt\nx = dt.datetime.utcnow()\n",
        "import random\nx = random.random()\n",
        "from random import choice\nx = choice([1])\n",
        "import random\nx = random.Random()\n",
        "import numpy as np\nx = np.random.normal()\n",
        "import numpy as np\nx = np.random.default_rng()\n",
        "import uuid\nx = uuid.uuid4()\n",
        "from uuid import uuid4\nx = uuid4\n",
        "import secrets\nx = secrets.token_hex()\n",
    ],
)
def test_the_trading_path_reads_no_clock_and_no_chance(tmp_path: Path, body: str) -> None:
    assert rules_of(tmp_path, "src/botswain/engine/bot.py", OPENING + body) == ["ambient"]


@pytest.mark.parametrize(
    "body",
    [
        "import numpy as np\ndef f(rng: np.random.Generator): ...\nx = np.random.default_rng(7)\n",
        "from random import Random\nx = Random(7).random()\n",
        "from datetime import UTC, datetime\nx = datetime.fromtimestamp(0, UTC)\n",
        "def f(time, random):\n    return time.time() + random.random()\n",
    ],
)
def test_a_seeded_generator_and_a_clock_that_is_passed_in_are_fine(tmp_path: Path, body: str) -> None:
    assert faults_of(tmp_path, "src/botswain/engine/bot.py", OPENING + body) == []


def test_the_clock_may_be_read_outside_of_the_trading_path_and_in_listed_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = OPENING + "import time\nnow = time.time()\n"
    assert faults_of(tmp_path, "src/botswain/cli/trade.py", body) == []
    monkeypatch.setitem(shape_limits.AMBIENT_FILES, "src/botswain/engine/clock.py", "a reason")
    assert faults_of(tmp_path, "src/botswain/engine/clock.py", body) == []


@pytest.mark.parametrize(
    "body",
    ["import os\nx = os.environ['A']\n", "from os import getenv\nx = getenv('A')\n", "import os\nf(os.environ)\n"],
)
def test_only_main_and_settings_read_the_environment(tmp_path: Path, body: str) -> None:
    assert faults_of(tmp_path, "src/botswain/settings.py", OPENING + body) == []
    assert faults_of(tmp_path, "tests/test_settings.py", OPENING + body) == []
    assert rules_of(tmp_path, "src/botswain/cli/trade.py", OPENING + body) == ["environment"]


@pytest.mark.parametrize("call", ["open('x')", "print(1)", "input()"])
def test_a_pure_room_neither_reads_nor_prints(tmp_path: Path, call: str) -> None:
    assert faults_of(tmp_path, "src/botswain/history/files.py", f"{OPENING}{call}\n") == []
    assert rules_of(tmp_path, "src/botswain/ledger/post.py", f"{OPENING}{call}\n") == ["pure-room"]


@pytest.mark.parametrize(
    "body",
    [
        "def f():\n    try: g()\n    except Exception: pass\n",
        "def f():\n    try: g()\n    except: pass\n",
        "def f():\n    try: g()\n    except (ValueError, BaseException) as e: raise\n",
        "import contextlib\ndef f():\n    with contextlib.suppress(Exception): g()\n",
    ],
)
def test_a_broad_except_must_be_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: str) -> None:
    assert rules_of(tmp_path, "src/botswain/engine/bot.py", OPENING + body) == ["broad-except"]
    monkeypatch.setitem(shape_limits.BROAD_EXCEPTS, "src/botswain/engine/bot.py:f", 1)
    assert check_shape.check(tmp_path) == []


def test_a_second_broad_except_in_a_listed_function_is_one_too_many(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(shape_limits.BROAD_EXCEPTS, "src/botswain/engine/bot.py:Bot.run", 1)
    twice = "class Bot:\n    def run(self):\n" + "        try: g()\n        except Exception: pass\n" * 2
    (fault,) = faults_of(tmp_path, "src/botswain/engine/bot.py", OPENING + twice)
    assert (fault.rule, fault.line, fault.found) == ("broad-except", 7, "number 2 in Bot.run, 1 listed")


def test_a_listed_broad_except_that_is_gone_must_leave_the_list(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(shape_limits.BROAD_EXCEPTS, "src/botswain/engine/bot.py:run", 2)
    (fault,) = faults_of(tmp_path, "src/botswain/engine/bot.py", OPENING)
    assert fault.found == "src/botswain/engine/bot.py:run is listed with 2, the source has 0"


def test_a_file_that_does_not_parse_is_one_fault(tmp_path: Path) -> None:
    assert rules_of(tmp_path, "tools/build.py", "def f(:\n") == ["syntax"]


def test_hidden_and_cached_folders_are_not_read(tmp_path: Path) -> None:
    assert faults_of(tmp_path, "src/.hidden/utils.py", "") == []
    assert faults_of(tmp_path, "src/__pycache__/utils.py", "") == []


def test_a_message_says_where_what_and_why(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    faults_of(tmp_path, "src/botswain/core/match.py", OPENING + "def f(a, b, c, d, e, f, g, h): ...\n")
    assert check_shape.main([str(tmp_path)]) == 1
    line, summary = capsys.readouterr().out.splitlines()
    assert line.startswith("src/botswain/core/match.py:2: error: parameters: f takes 8, limit 7. A compiled function")
    assert summary == "check_shape: 1 files, 1 errors, 0 warnings"


def test_every_rule_has_a_reason_and_every_exemption_too() -> None:
    lists = (shape_limits.LONG_FILES, shape_limits.AMBIENT_FILES, shape_limits.ENVIRONMENT_FILES)
    assert all(reason for exempt in (*lists, shape_limits.LOCAL_IMPORT_FILES) for reason in exempt.values())
    assert all(why.endswith(".") for why in shape_limits.WHY.values())
