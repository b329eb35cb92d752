"""`botswain api` as a process: over real sockets, against a real file and a real sandbox."""

import os
import re
import signal
import socket
import stat
import subprocess
from contextlib import contextmanager
from threading import Timer

import httpx
import pytest
from tests.cli.shell import BOTSWAIN, KERNELS, Shell

from botswain.control.users import TRIES_HERE

API = "/api/v1"
PATIENCE_S = 90


class Running:
    """A process of ours: its lines so far, and its address."""

    def __init__(self, command, home):
        environment = {**os.environ, "BOTSWAIN_DATA_DIR": str(home), "BOTSWAIN_CACHE_DIR": str(KERNELS)}
        self.process = subprocess.Popen(
            [str(BOTSWAIN), *command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment
        )
        self.lines = []

    def until(self, pattern):
        """The first group of the pattern in what it prints."""
        while True:
            line = self.process.stdout.readline()
            assert line, self.lines
            self.lines.append(line)
            found = re.search(pattern, line)
            if found:
                return found[1]

    def stop(self, by=signal.SIGINT):
        """Its code after a signal, and all it said."""
        self.process.send_signal(by)
        rest, _ = self.process.communicate(timeout=PATIENCE_S)
        return self.process.returncode, "".join(self.lines) + rest


@contextmanager
def running(*command, home):
    """A process that is killed at the end whatever happened."""
    made = Running(command, home)
    # A line that never comes would hang the reader.
    guard = Timer(PATIENCE_S, made.process.kill)
    guard.start()
    try:
        yield made
    finally:
        guard.cancel()
        made.process.kill()
        made.process.communicate()


def signed(client, password):
    answer = client.post(f"{API}/auth/sign-in", json={"name": "admin", "password": password})
    assert answer.status_code == 200, answer.text
    client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"


def test_a_first_start_makes_an_administrator_and_a_second_one_goes_on(tmp_path):
    with running("api", "--port", "0", home=tmp_path) as first:
        password = first.until(r"password (\S+)")
        with httpx.Client(base_url=first.until(r"(http://[^;]+);"), timeout=PATIENCE_S) as client:
            signed(client, password)
            assert client.get("/").status_code == 200
            token = client.headers["Authorization"]
        code, said = first.stop()
        assert code == 0
        assert said.endswith("api: stopped\n")
    assert stat.S_IMODE((tmp_path / "api.key").stat().st_mode) == 0o600
    with running("api", "--port", "0", home=tmp_path) as second:
        address = second.until(r"(http://[^;]+);")
        answer = httpx.get(f"{address}{API}/auth/me", headers={"Authorization": token}, timeout=PATIENCE_S)
        assert answer.json()["name"] == "admin"
        code, said = second.stop(signal.SIGTERM)
        assert code == 0
        assert "password" not in said


def test_live_events_go_out_as_they_are_though_a_browser_offers_to_unpack_them(tmp_path):
    asked = (
        "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: localhost\r\n"
        "Upgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n\r\n"
    )
    with running("api", "--port", "0", home=tmp_path) as process:
        port = int(process.until(r"http://127\.0\.0\.1:(\d+);"))
        with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S) as client:
            client.sendall(asked.encode())
            answer = b""
            while b"\r\n\r\n" not in answer:
                answer += client.recv(4096)
        head = answer.split(b"\r\n\r\n")[0].lower()
        assert head.startswith(b"http/1.1 101")
        assert b"sec-websocket-extensions" not in head


def test_it_goes_by_the_names_that_it_was_given_and_no_others(tmp_path):
    with running("api", "--port", "0", "--name", "Bots.Example", home=tmp_path) as process:
        address = process.until(r"(http://[^;]+);")
        for host, status in (("bots.example", 200), ("evil.test", 421)):
            answer = httpx.get(f"{address}{API}/health/live", headers={"Host": host}, timeout=PATIENCE_S)
            assert (host, answer.status_code) == (host, status)


def test_a_bot_is_made_against_a_real_sandbox(tmp_path):
    with (
        running("sandbox", "--port", "0", "--seed", "3", "--history", "5", home=tmp_path) as sandbox,
        running("api", "--port", "0", "--sandbox-port", sandbox.until(r"127\.0\.0\.1:(\d+) "), home=tmp_path) as api,
    ):
        password = api.until(r"password (\S+)")
        with httpx.Client(base_url=api.until(r"(http://[^;]+);"), timeout=PATIENCE_S) as client:
            signed(client, password)
            account = client.post(f"{API}/accounts", json={"name": "main"}).json()["id"]
            rules = client.get(f"{API}/accounts/{account}/instruments").json()
            assert [one["symbol"] for one in rules["items"]] == ["BNB/USDT", "BTC/USDT", "ETH/USDT"]
            candles = f"{API}/accounts/{account}/candles"
            rows = client.get(candles, params={"symbol": "BTC/USDT", "limit": 4}).json()["rows"]
            assert [row[0] - rows[0][0] for row in rows] == [0, 60_000, 120_000, 180_000]
            before = client.get(candles, params={"symbol": "BTC/USDT", "limit": 2, "to_ms": rows[2][0]}).json()["rows"]
            assert before == rows[:2]
            assert client.get(candles, params={"symbol": "BTC/USDT", "to_ms": 0}).json()["rows"] == []
            for wrong in ({"symbol": "XRP/USDT"}, {"symbol": "BTC/USDT", "timeframe": "7m"}):
                assert client.get(candles, params=wrong).status_code == 422
            opened = client.get("/socket.io/", params={"EIO": 4, "transport": "polling"})
            assert opened.status_code == 200  # and it is left open: the stop below does not wait for it
            settings = {"strategy": "grid", "account_id": account, "symbols": ["BTC/USDT"], "capital": "1000"}
            shown = client.post(f"{API}/bots/preview", json=settings)
            assert shown.status_code == 200, shown.text
            assert len(shown.json()["rungs"]) == 20
            bot = client.post(f"{API}/bots", json=settings | {"name": "ladder", "start": True}).json()
            assert bot["state"] == "starting"
            key = {"name": "mine", "api_key": "a", "secret": "b"}
            assert client.put(f"{API}/accounts/{account}/key", json=key).json()["key"]["name"] == "mine"
            assert (tmp_path / "gateway.pub").exists()
            sandbox.stop()
            answer = client.post(f"{API}/bots/preview", json=settings | {"symbols": ["ETH/USDT"]})
            assert answer.status_code == 503
            assert "start botswain sandbox" in answer.json()["detail"]
        assert api.stop()[0] == 0


def test_a_port_that_is_taken_and_one_that_is_none_are_refused(tmp_path, capsys):
    refused = Shell(capsys, tmp_path).refused
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = refused("api", "--port", str(port))
        assert f"127.0.0.1 port {port} cannot be listened on" in said
        assert "--port" in said
    assert "70000" in refused("api", "--port", "70000")
    assert "cannot be listened on" in refused("api", "--host", "no.such.host.invalid")


@pytest.mark.parametrize("size", [0, 31])
def test_a_secret_that_was_cut_short_is_refused(tmp_path, capsys, size):
    (tmp_path / "api.key").write_bytes(bytes(size))
    assert f"{size} bytes instead of 32" in Shell(capsys, tmp_path).refused("api", "--port", "0")


def guesses(address, count):
    """As many wrong passwords, each said to come from elsewhere; the answers' states."""
    wrong = {"name": "admin", "password": "a wrong one"}
    path, found = f"{address}{API}/auth/sign-in", []
    for k in range(count):
        headers = {"X-Forwarded-For": f"10.0.0.{k}"}
        found.append(httpx.post(path, json=wrong, headers=headers, timeout=PATIENCE_S).status_code)
    return found


def test_who_guesses_passwords_is_not_believed_to_be_somebody_else_each_time(tmp_path):
    with running("api", "--port", "0", home=tmp_path) as process:
        assert guesses(process.until(r"(http://[^;]+);"), TRIES_HERE + 1) == [401] * TRIES_HERE + [429]
    with running("api", "--port", "0", "--proxy", "127.0.0.1", home=tmp_path) as process:
        assert guesses(process.until(r"(http://[^;]+);"), TRIES_HERE + 1) == [401] * (TRIES_HERE + 1)
