"""`botswain admin reset-password`: a person who forgot theirs comes in again."""

import asyncio
import re
import secrets

import pytest
from tests.cli.shell import Shell

from botswain.cli.databases import now_ms, opened
from botswain.control.users import People
from botswain.model.ids import IdMaker


@pytest.fixture
def shell(capsys, tmp_path):
    return Shell(capsys, tmp_path)


async def with_people(path, work):
    """Do something with the people of a database."""
    async with opened(path) as store:
        return await work(People(store, now_ms, IdMaker(now_ms, secrets.token_bytes), bytes(32), secrets.token_bytes))


def test_the_printed_password_opens_and_the_one_before_does_not(shell, tmp_path):
    path = tmp_path / "botswain.db"
    first = asyncio.run(with_people(path, lambda people: people.administrator()))
    ended = shell("admin", "reset-password")
    assert ended.code == 0, ended
    found = re.fullmatch(r"admin signs in with password (\S+)\n.*only time.*\n", ended.out)
    assert found, ended.out
    signed = asyncio.run(with_people(path, lambda people: people.sign_in("admin", found[1], "here")))
    assert signed.user.name == "admin"
    with pytest.raises(Exception, match="wrong"):
        asyncio.run(with_people(path, lambda people: people.sign_in("admin", first, "here")))
    assert shell.refused("admin", "reset-password", "amdin") == "there is no person 'amdin'; did you mean 'admin'?"


def test_without_a_database_it_says_so(shell, tmp_path):
    assert "no database" in shell.refused("admin", "reset-password")
    assert not (tmp_path / "botswain.db").exists()
