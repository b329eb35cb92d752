"""`botswain gateway` put together: keys go where their environment says, and nothing of them is ever shown."""

from __future__ import annotations

import asyncio
import logging
import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.cli.shell import BOTSWAIN, KERNELS, Shell
from tests.cli.test_keys import KEY, SECRET, add, type_in
from tests.gateway.made import Ear
from tests.gateway.processes import crew
from tests.sandbox.ports import Site as Served
from tests.sandbox.ports import served
from tests.sandbox.scenes import exchange

from botswain.cli import gateway_run
from botswain.cli.crash_points import crash_at
from botswain.cli.databases import database_of
from botswain.cli.gateway_wiring import CCXT_LOG, Sites, addresses_of, local_gateway
from botswain.cli.key_pair import opening_key
from botswain.gateway.keys import Opened
from botswain.gateway.seal import Opener
from botswain.model.errands import AskBalances
from botswain.model.errors import BadInput
from botswain.model.outcomes import Accepted, Answer
from botswain.sandbox.control import made_key
from botswain.store.accounts import Account, Environment
from botswain.store.credentials import Credential, binding_of
from botswain.store.sealed import Secret


@pytest.fixture
def shell(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    type_in(monkeypatch, f"{SECRET}\n")
    return Shell(capsys, tmp_path / "home")


@pytest.fixture
def site() -> Iterator[Served]:
    with served(exchange()) as found:
        yield found


async def test_in_one_process_a_key_trades_and_debugging_shows_nothing_of_it(
    site: Served, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    key, said, ear = made_key("main"), list[str](), Ear()
    async with (
        crew(tmp_path) as found,
        local_gateway(found.store, Opener(opening_key(tmp_path)), site.port, said.append) as running,
    ):
        account = found.bot.account_id
        hearing = asyncio.create_task(running.gateway.listen(account, ear))
        await ear.until(lambda: ("live", None) in ear.notes)
        assert isinstance(await running.gateway.send(await found.journaled()), Accepted)
        assert isinstance(await running.gateway.ask(account, AskBalances()), Answer)
        await ear.until(lambda: len(ear.notes) > 1)
        hearing.cancel()
        await asyncio.wait({hearing})
        shown = repr((running, running.keeper.open, said, ear.notes)) + caplog.text
    assert logging.getLogger(CCXT_LOG).level == logging.WARNING
    for word in (key.api_key, key.secret, "signature="):
        assert word not in shown
    assert "answers; 1 symbols" in said[0]


def test_the_environment_alone_says_where_a_key_is_sent(tmp_path: Path) -> None:
    assert addresses_of(Environment.LIVE, 1).rest == "https://api.binance.com"
    assert addresses_of(Environment.TEST, 1).rest == "https://testnet.binance.vision"
    assert addresses_of(Environment.SANDBOX, 8123).rest == "http://127.0.0.1:8123"
    with pytest.raises(BadInput, match="a paper account has no venue"):
        addresses_of(Environment.PAPER, 1)
    assert database_of(tmp_path, None) == (tmp_path / "botswain.db", tmp_path)
    assert database_of(tmp_path, "x/y.db") == (Path("x/y.db"), Path("x"))
    assert database_of(tmp_path, "postgresql://h/d") == ("postgresql://h/d", tmp_path)


async def test_a_venue_that_is_down_is_said_and_an_unknown_one_refused() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        said: list[str] = []
        sites = Sites(taken.getsockname()[1], said.append)
        account = Account("a", "main", "binance", Environment.SANDBOX, 1)
        row = Credential(
            id="c", tenant_id="t", account_id="a", name="main", venue="binance", environment=Environment.SANDBOX,
            sealed=b"", fingerprint="f", caps="{}", created_ms=1,
        )  # fmt: skip
        sites.made(Opened(account, row, Secret(binding_of(row), KEY, SECRET)))
        await sites.asked()
        assert "does not answer" in said[0]
        elsewhere = Account("a", "main", "kraken", Environment.SANDBOX, 1)
        other = Opened(elsewhere, row, Secret(binding_of(row), KEY, SECRET))
        with pytest.raises(BadInput, match="venue 'kraken' is unknown"):
            sites.made(other)
        await sites.close()
    assert SECRET not in repr(other)


def test_a_gateway_that_is_told_to_stop_stops_and_a_second_one_does_not_start(shell: Shell) -> None:
    add(shell)
    command = [str(BOTSWAIN), "gateway", "--sandbox-port", "1"]
    environment = {"BOTSWAIN_DATA_DIR": str(shell.home), "BOTSWAIN_CACHE_DIR": str(KERNELS), "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        assert "listening at" in process.stdout.readline()
        assert "key main: binance sandbox" in process.stdout.readline()
        assert "another process has opened the venue keys in" in shell.refused("gateway")
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 0
    assert not (shell.home / gateway_run.SOCKET).exists()


def test_a_crash_point_counts_its_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    killed: list[int] = []
    monkeypatch.setattr("os.kill", lambda _pid, number: killed.append(number))
    at = crash_at("gateway_checked:2")
    for point in ("gateway_checked", "gateway_received", "gateway_received"):
        at(point)
    assert killed == []
    at("gateway_checked")
    assert killed == [signal.SIGKILL]
    crash_at(None)("gateway_checked")
    assert len(killed) == 1
