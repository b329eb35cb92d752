"""Another key pair while everything runs: what is kept opens with it alone, whatever was cut off on the way (S15)."""

import asyncio
import os

import pytest
from tests.cli.shell import Shell
from tests.cli.test_keys import KEY, SECRET, add, stored, type_in

from botswain.cli import key_rotation
from botswain.cli.databases import opened
from botswain.cli.key_pair import NEXT_PRIVATE, NEXT_PUBLIC, opening_key, opening_keys, rotating, sealing_key, whole
from botswain.gateway.seal import Opener, public_half
from botswain.model.errors import FailClosed
from botswain.store import credentials
from botswain.store.credentials import binding_of


class Killed(BaseException):
    """A kill -9."""


@pytest.fixture
def shell(capsys, tmp_path, monkeypatch):
    """Three keys, one of them revoked."""
    found = Shell(capsys, tmp_path / "home")
    for name in ("one", "two", "three"):
        type_in(monkeypatch, f"{SECRET}\n")
        add(found, name)
    found("keys", "revoke", "two")
    return found


def opening(shell, row, key=None):
    return Opener(key or opening_key(shell.home)).open(row.sealed, binding_of(row))


def all_open(shell):
    return [opening(shell, one).api_key for one in stored(shell)] == [KEY] * 3


def test_every_key_opens_with_the_new_pair_and_none_with_the_old(shell):
    old, before = opening_key(shell.home), stored(shell)
    assert "3 keys are sealed anew" in shell("keys", "rotate").out
    assert opening_key(shell.home) != old
    assert sealing_key(shell.home) == public_half(opening_key(shell.home))
    assert all_open(shell)
    for one in stored(shell):
        with pytest.raises(FailClosed):
            opening(shell, one, old)
    for one in before:
        with pytest.raises(FailClosed, match="cannot be opened"):
            opening(shell, one)
    assert not (shell.home / NEXT_PRIVATE).exists()
    assert "3 keys are sealed anew" in shell("keys", "rotate").out
    assert all_open(shell)


@pytest.mark.parametrize("point", ["first half", "public half", "row 1", "row 3", "all rows", "private in place"])
def test_a_kill_at_any_point_loses_no_key_and_the_same_command_goes_on(shell, monkeypatch, point):
    steps = {"left": -1}

    def after(function, kill_after):
        count = {"done": 0}

        def run(*arguments, **named):
            result = function(*arguments, **named)
            count["done"] += 1
            if count["done"] == kill_after:
                raise Killed
            return result

        return run

    async def resealed(tx, found, box, real=credentials.reseal):
        await real(tx, found, box)
        steps["left"] -= 1
        if steps["left"] == 0:
            raise Killed

    with monkeypatch.context() as patch:
        if point == "first half":
            patch.setattr(key_rotation, "put_once", after(key_rotation.put_once, 1))
        elif point == "public half":
            patch.setattr(key_rotation, "put_once", after(key_rotation.put_once, 2))
        elif point.startswith("row"):
            steps["left"] = int(point[-1])
            patch.setattr(credentials, "reseal", resealed)
        elif point == "all rows":
            patch.setattr(key_rotation, "finish", after(lambda _folder: None, 1))
        else:
            patch.setattr(os, "replace", after(os.replace, 1))
        with pytest.raises(Killed):
            key_rotation.rotate_pair(shell.home, None)
    keys = opening_keys(shell.home)
    assert all(any(isinstance(attempt(one, key), str) for key in keys) for one in stored(shell)), (
        "a key that opens with neither half"
    )
    type_in(monkeypatch, f"{SECRET}\n")
    shell("keys", "rotate")
    assert all_open(shell)
    assert not (shell.home / NEXT_PUBLIC).exists()
    assert sealing_key(shell.home) == public_half(opening_key(shell.home))


def attempt(row, key):
    try:
        return Opener(key).open(row.sealed, binding_of(row)).secret
    except FailClosed:
        return None


def test_a_gateway_that_runs_opens_with_either_half_and_then_with_the_new_one_only(shell, monkeypatch):
    opener = Opener(opening_key(shell.home), lambda: opening_keys(shell.home))
    before = stored(shell)
    with monkeypatch.context() as patch:
        patch.setattr(key_rotation, "finish", lambda _folder: (_ for _ in ()).throw(Killed))
        with pytest.raises(Killed):
            key_rotation.rotate_pair(shell.home, None)
    for one in (*before, *stored(shell)):
        assert opener.open(one.sealed, binding_of(one)).api_key == KEY
    assert sealing_key(shell.home) == whole(shell.home / NEXT_PUBLIC)
    shell("keys", "rotate")
    assert opener.open(stored(shell)[0].sealed, binding_of(stored(shell)[0])).api_key == KEY
    with pytest.raises(FailClosed):
        opener.open(before[0].sealed, binding_of(before[0]))


def test_one_rotation_at_a_time_and_a_broken_row_is_said_and_left(shell):
    with rotating(shell.home):
        assert "is being rotated already" in shell.refused("keys", "rotate")

    async def broken():
        async with opened(shell.home / "botswain.db") as store, store.transaction(None) as tx:
            await credentials.reseal(tx, (await credentials.every(tx))[0], b"not a box")

    asyncio.run(broken())
    ended = shell("keys", "rotate")
    assert "2 keys are sealed anew" in ended.out
    assert "opens with neither half and stays as it is" in ended.err
