"""Retired secrets of order ids: kept for good, in order, whatever is cut off; orders under them stay ours."""

from dataclasses import replace

import pytest
from tests.cli.live_bench import Bench, exchange, ladder
from tests.cli.shell import Shell
from tests.fakes.live import TAG_KEY as KEY
from tests.sandbox.ports import served

from botswain.cli.tag_keys import RETIRED, TAG_KEY, put, retired_keys, tag_key
from botswain.engine.order_ids import OrderIds, is_ours
from botswain.engine.replay import replay
from botswain.model.errors import BadInput, FailClosed

SCOPE = ("epoch", "tenant", "account", "bot")


@pytest.fixture
def shell(capsys, tmp_path):
    found = Shell(capsys, tmp_path / "home")
    found.home.mkdir()
    return found


def test_orders_named_under_any_secret_so_far_are_ours(shell):
    assert "no bot has run with this database yet" in shell.refused("keys", "rotate-tag")
    names, keys = [], []
    for k in range(3):
        key = tag_key(shell.home / TAG_KEY)
        keys.append(key)
        names.append(OrderIds(SCOPE, key).of("BTC/USDT", k, 1, 1))
        assert f"{k + 1} retired ones are kept" in shell("keys", "rotate-tag").out
    assert retired_keys(shell.home) == tuple(reversed(keys))
    present = tag_key(shell.home / TAG_KEY)
    assert present not in keys
    for name in names:
        assert is_ours(name, (present, *retired_keys(shell.home)))
        assert not is_ours(name, (present,))
    assert (shell.home / RETIRED).stat().st_mode & 0o777 == 0o600


def test_a_rotation_that_was_cut_off_keeps_the_secret_once(shell):
    key = tag_key(shell.home / TAG_KEY)
    put(shell.home / RETIRED, key)
    assert retired_keys(shell.home) == (key,)
    assert "1 retired ones are kept" in shell("keys", "rotate-tag").out
    assert retired_keys(shell.home) == (key,)
    put(shell.home / RETIRED, key[:-1])
    with pytest.raises(BadInput, match="have 31 bytes, no whole number of secrets"):
        retired_keys(shell.home)


def test_an_id_in_the_journal_keeps_the_secret_it_was_named_with_and_a_new_one_gets_the_present():
    old, new = bytes(32), bytes(range(32))
    named = OrderIds(SCOPE, old).of("BTC/USDT", 1, 1, 1)
    ids = OrderIds(SCOPE, new, (old,)).among([named])
    assert ids.of("BTC/USDT", 1, 1, 1) == named
    assert ids.of("BTC/USDT", 1, 1, 2) == OrderIds(SCOPE, new).of("BTC/USDT", 1, 1, 2)
    assert ids.of_list(named) == OrderIds(SCOPE, new).of_list(named)


async def test_a_live_bot_goes_on_after_a_rotation_and_its_old_orders_are_still_its_own(kernels, tmp_path):
    with served(exchange(kernels)) as site:
        bench = Bench(site, kernels, tmp_path)
        made, new, stay = bench.made, bytes(range(1, 33)), {"on_stop": "leave"}
        async with bench.crew(ladder(**stay)) as crew:
            await bench.step(crew, 20)
        before = {one.client_id for one in bench.account().open.values()}
        assert before
        assert all(is_ours(one, (KEY,)) for one in before)

        def rotated(*wanted, **more):
            found = made(*wanted, **more)
            found.parts = replace(found.parts, tag_key=new, retired_keys=(KEY,))
            return found

        bench.made = rotated
        async with bench.crew(ladder(**stay)) as crew:
            assert set(crew.runners[0].bot.working) == before
            await bench.step(crew, 40)
            assert crew.refused == []
        after = {one.client_id for one in bench.account().orders.values()} - before
        assert any(is_ours(one, (new,)) for one in after)
        assert (await replay(crew.parts, "one")).differences == ()
        with pytest.raises(FailClosed, match="never sent"):
            await replay(replace(crew.parts, retired_keys=()), "one")
