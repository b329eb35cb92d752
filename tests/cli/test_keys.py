"""`botswain keys` and `botswain gateway` as a person types them: sealed, listed without a secret, revoked; refusals."""

from __future__ import annotations

import asyncio
import io
import logging
import stat
from pathlib import Path

import pytest
from tests.cli.shell import Ended, Shell

from botswain.cli import key_pair, keys_run, secret_files
from botswain.cli.key_pair import opening_key, sealing_key, sole_use
from botswain.cli.tag_keys import TAG_KEY, tag_key
from botswain.gateway.seal import Opener, public_half
from botswain.model.errors import BadInput
from botswain.store.credentials import Credential, binding_of
from botswain.store.sealed import fingerprint

KEY, SECRET = "api-word-of-the-key", "hidden-word"
SANDBOX = ("--environment", "sandbox")


@pytest.fixture
def shell(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    type_in(monkeypatch, f"{SECRET}\n")
    return Shell(capsys, tmp_path / "home")


def type_in(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(text))


def add(shell: Shell, name: str = "main", *more: str) -> Ended:
    ended = shell("keys", "add", name, "--key", KEY, *(more or SANDBOX))
    assert ended.code == 0, ended
    return ended


def stored(shell: Shell) -> list[Credential]:
    return [one for one, *_ in asyncio.run(keys_run.listed(shell.home / "botswain.db"))]


def test_a_key_is_sealed_listed_without_its_secret_and_revoked(
    shell: Shell, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.DEBUG)
    caps = ("--symbols", "BTC/USDT,ETH/USDT", "--max-notional", "250.5", "--orders-per-minute", "30")
    ended = add(shell, "main", *SANDBOX, *caps)
    assert f"key main ({fingerprint(KEY)}) is sealed for binance sandbox" in ended.out
    listed = shell("keys", "list")
    assert fingerprint(KEY) in listed.out
    assert "BTC/USDT, ETH/USDT; up to 250.5 an order; 30 orders a minute" in listed.out
    (row,) = stored(shell)
    opened = Opener(opening_key(shell.home)).open(row.sealed, binding_of(row))
    assert (opened.api_key, opened.secret) == (KEY, SECRET)
    revoked = shell("keys", "revoke", "main")
    assert "is revoked here; delete it at binance too" in revoked.out
    assert "no key 'main' that counts" in shell.refused("keys", "revoke", "main")
    type_in(monkeypatch, f"{SECRET} of another\n")
    add(shell)
    shown = "".join(f"{one.out}{one.err}" for one in (ended, listed, revoked, shell("keys", "list"))) + caplog.text
    assert SECRET not in shown
    assert KEY not in shown
    for path in shell.home.iterdir():
        assert SECRET.encode() not in path.read_bytes(), path


@pytest.mark.parametrize("after", [True, False])
def test_every_command_takes_the_database_after_its_name_and_before_it(
    shell: Shell, tmp_path: Path, *, after: bool
) -> None:
    where = ("--database", str(tmp_path / "else" / "keys.db"))
    (tmp_path / "else").mkdir()

    def typed(*words: str) -> Ended:
        ended = shell("keys", *words, *where) if after else shell("keys", *where, *words)
        assert ended.code == 0, ended
        return ended

    typed("add", "main", "--key", KEY, *SANDBOX)
    assert fingerprint(KEY) in typed("list").out
    assert "1 keys are sealed anew" in typed("rotate").out
    tag_key(tmp_path / "else" / TAG_KEY)
    assert "1 retired ones are kept" in typed("rotate-tag").out
    assert "is revoked here" in typed("revoke", "main").out
    assert not (shell.home / "botswain.db").exists()


def test_two_different_databases_are_refused(shell: Shell) -> None:
    said = shell.refused("keys", "--database", "one.db", "list", "--database", "two.db")
    assert said == "two databases were named, 'one.db' and 'two.db'; name one"


def test_key_and_secret_may_both_come_on_stdin_and_a_pem_keeps_its_lines(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    pem = "-----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY-----"
    type_in(monkeypatch, f"{KEY}\n{pem}\n")
    assert shell("keys", "add", "main", *SANDBOX).code == 0
    (row,) = stored(shell)
    opened = Opener(opening_key(shell.home)).open(row.sealed, binding_of(row))
    assert (opened.api_key, opened.secret) == (KEY, pem)


def test_at_a_terminal_they_are_asked_for_and_the_secret_is_not_echoed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[tuple[str, bool]] = []

    def prompt(what: str, hide_input: bool = False) -> str:
        asked.append((what, hide_input))
        return f"typed {what}"

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr("sys.stdin", Terminal())
    monkeypatch.setattr("click.prompt", prompt)
    assert keys_run.entered(None) == ("typed key", "typed secret")
    assert keys_run.entered(KEY) == (KEY, "typed secret")
    assert asked == [("key", False), ("secret", True), ("secret", True)]


REFUSED = [
    (["--environment", "paper"], "paper"),
    ([*SANDBOX, "--venue", "binanse"], "venue 'binanse' is unknown; did you mean 'binance'"),
    ([*SANDBOX, "--symbols", "BTCUSDT"], "'BTCUSDT' is not BASE/QUOTE"),
    ([*SANDBOX, "--max-notional", "much"], "'much', not a number"),
    ([*SANDBOX, "--max-notional", "0"], "is 0; write a number above zero"),
    ([*SANDBOX, "--orders-per-minute", "0"], "are 0; write 1 or more"),
    ([*SANDBOX, "--key", " "], "empty; enter both"),
    ([*SANDBOX, "--database", "no/where.db"], "cannot be made in no"),
]


@pytest.mark.parametrize(("given", "said"), REFUSED, ids=str)
def test_what_makes_no_sense_is_refused_and_nothing_is_kept(shell: Shell, given: list[str], said: str) -> None:
    ended = shell("keys", "add", "main", "--key", KEY, *given)
    assert ended.code == 2
    assert said in ended.err
    assert SECRET not in ended.err + ended.out
    assert not (shell.home / "botswain.db").exists() or stored(shell) == []


def test_there_is_no_option_for_a_secret(shell: Shell) -> None:
    assert "--secret" not in shell("keys", "add", "--help").out
    assert "No such option" in shell("keys", "add", "main", *SANDBOX, "--secret", SECRET).err


def test_a_live_key_is_refused_for_an_account_of_another_environment(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(shell, "sandbox")
    type_in(monkeypatch, SECRET)
    to = ("--account", "sandbox", "--environment", "live", "--unchecked")
    said = shell.refused("keys", "add", "live", *to, "--key", "other")
    assert "key 'live' is for binance live, account 'sandbox' is on binance sandbox" in said
    type_in(monkeypatch, SECRET)
    said = shell.refused("keys", "add", "live", "--environment", "live", "--key", KEY, "--unchecked")
    assert "added as sandbox key 'sandbox', it cannot be a live key too" in said
    type_in(monkeypatch, SECRET)
    ended = shell("keys", "add", "live", "--environment", "live", "--key", "other", "--unchecked")
    assert "it trades real money" in ended.out


def test_without_keys_or_a_database_it_says_what_to_do(shell: Shell) -> None:
    for command in (["keys", "list"], ["keys", "revoke", "main"], ["gateway"]):
        assert "there is no database at" in shell.refused(*command)
    add(shell)
    shell("keys", "revoke", "main")
    database = ("--database", str(shell.home / "botswain.db"))
    assert shell("keys", *database, "list").code == 0
    (shell.home / "gateway.key").unlink()
    assert "there is no" in shell.refused("gateway")


def test_an_empty_database_has_no_keys(shell: Shell) -> None:
    add(shell)
    other = shell.home / "other.db"
    asyncio.run(keys_run.listed(other))
    assert "there are no keys" in shell("keys", "--database", str(other), "list").out
    assert "there is no key 'main'" in shell.refused("keys", "--database", str(other), "revoke", "main")


# The key pair.


def test_the_pair_is_made_once_whole_and_for_its_owner_only(tmp_path: Path) -> None:
    public = sealing_key(tmp_path)
    assert sealing_key(tmp_path) == public == public_half(opening_key(tmp_path))
    assert {one.name for one in tmp_path.iterdir()} == {"gateway.key", "gateway.pub"}
    assert {stat.S_IMODE(one.stat().st_mode) for one in tmp_path.iterdir()} == {0o600}
    # A kill between the two halves.
    (tmp_path / "gateway.pub").unlink()
    assert sealing_key(tmp_path) == public
    # Sealing reads the public half only.
    (tmp_path / "gateway.key").unlink()
    assert sealing_key(tmp_path) == public
    with pytest.raises(BadInput, match="to open venue keys with"):
        opening_key(tmp_path)


def test_a_half_that_is_not_whole_is_never_used_or_replaced(tmp_path: Path) -> None:
    sealing_key(tmp_path)
    for name, read in (("gateway.pub", sealing_key), ("gateway.key", opening_key)):
        (tmp_path / name).write_bytes(b"short")
        with pytest.raises(BadInput, match="5 bytes instead of 32"):
            read(tmp_path)
        assert (tmp_path / name).read_bytes() == b"short"
    with pytest.raises(BadInput, match="cannot be made in"):
        sealing_key(tmp_path / "nowhere")
    (tmp_path / "folder" / "gateway.key").mkdir(parents=True)
    with pytest.raises(BadInput, match="cannot be read"):
        opening_key(tmp_path / "folder")


def test_who_comes_second_takes_what_stands_there(tmp_path: Path) -> None:
    secret_files.put_once(tmp_path / "x", b"first")
    secret_files.put_once(tmp_path / "x", b"second")
    assert (tmp_path / "x").read_bytes() == b"first"
    assert [one.name for one in tmp_path.iterdir()] == ["x"]


def test_one_gateway_process_has_a_folder(tmp_path: Path) -> None:
    held = sole_use(tmp_path)
    with pytest.raises(BadInput, match="another process has opened the venue keys in"):
        sole_use(tmp_path)
    key_pair.os.close(held)
    key_pair.os.close(sole_use(tmp_path))
