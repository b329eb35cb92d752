"""A live key is asked about before it is kept: one that takes money out is refused, one for any address noted (S18)."""

import asyncio

import pytest
from tests.cli.live_bench import exchange
from tests.cli.shell import Shell
from tests.cli.test_keys import stored, type_in
from tests.sandbox.ports import served

from botswain.cli import key_rights
from botswain.cli.key_rights import UNBOUND, verdict
from botswain.model.errors import BadInput
from botswain.sandbox.control import made_key
from botswain.venues.binance.facts import loopback
from botswain.venues.binance.permissions import Permissions, permissions
from botswain.venues.binance.wire import Unreadable

LIVE = ("--environment", "live")


@pytest.fixture
def site(kernels):
    with served(exchange(kernels)) as found:
        yield found


@pytest.fixture
def shell(capsys, tmp_path, monkeypatch, site):
    """What is live here is a sandbox that tells rights as production does."""
    monkeypatch.setattr(key_rights, "addresses_of", lambda _environment, _port: loopback(site.port))
    return Shell(capsys, tmp_path / "home")


def typed(monkeypatch, secret=None):
    type_in(monkeypatch, f"{secret or made_key('main').secret}\n")
    return ("keys", "add", "main", *LIVE, "--key", made_key("main").api_key)


def rights(site, *found):
    site.exchange.floor.accounts["main"].rights = frozenset(found)


@pytest.mark.parametrize(
    ("found", "said"),
    [(["withdraw"], "may withdraw at"), (["transfer"], "may transfer at"), (["withdraw", "transfer"], "and transfer")],
)
def test_a_key_that_can_take_money_out_is_not_kept(shell, site, monkeypatch, found, said):
    rights(site, *found)
    refusal = shell.refused(*typed(monkeypatch))
    assert said in refusal
    assert "it was not kept" in refusal
    assert made_key("main").secret not in refusal
    assert not (shell.home / "botswain.db").exists()


def test_a_key_without_an_address_is_kept_with_a_warning_that_stays(shell, site, monkeypatch):
    rights(site, "any_address")
    ended = shell(*typed(monkeypatch))
    assert f"warning: {UNBOUND}" in ended.err
    assert UNBOUND in shell("keys", "list").out
    assert len(stored(shell)) == 1


def test_a_key_that_may_only_trade_from_here_is_kept_without_a_word(shell, site, monkeypatch):
    rights(site)
    ended = shell(*typed(monkeypatch))
    assert "warning" not in ended.err
    assert "any address" not in shell("keys", "list").out


def test_a_key_nobody_can_ask_about_is_kept_only_where_a_person_says_so(shell, monkeypatch):
    refusal = shell.refused(*typed(monkeypatch, secret="wrong"))
    assert "the venue does not take key 'main'" in refusal
    assert "--unchecked" not in refusal
    monkeypatch.setattr(key_rights, "addresses_of", lambda _environment, _port: loopback(1))
    refusal = shell.refused(*typed(monkeypatch))
    assert "cannot be read now" in refusal
    assert "--unchecked" in refusal
    assert "was not read" in shell(*typed(monkeypatch), "--unchecked").err
    assert "was not read" in shell("keys", "list").out


def test_keys_of_the_test_network_and_of_a_sandbox_are_not_asked_about():
    for environment in (key_rights.Environment.TEST, key_rights.Environment.SANDBOX):
        assert asyncio.run(key_rights.checked("x", environment, ("a", "b"), unchecked=False)) == ""


def test_what_is_not_told_is_not_granted():
    with pytest.raises(BadInput, match="may not trade spot"):
        verdict("x", Permissions(withdraws=False, transfers=False, trades=False, bound=True))
    with pytest.raises(Unreadable):
        permissions(b'{"ipRestrict": true}')
    found = permissions(b'{"ipRestrict": true, "enableWithdrawals": false, "permitsUniversalTransfer": true}')
    assert found == Permissions(withdraws=False, transfers=True, trades=False, bound=True)
