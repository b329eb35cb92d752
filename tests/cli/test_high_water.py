"""A database that was put back is noticed at the start of live bots, before anything is sent, and not otherwise."""

import shutil
import sqlite3
from contextlib import closing

import msgspec
import pytest
import yaml
from tests.cli.crew_file import LADDER, crew_file
from tests.cli.shell import Shell
from tests.engine.crews import CONFIG, crew, market
from tests.fakes.installation import Installation

from botswain.cli import high_water as subject
from botswain.cli.high_water import high_water, place_of
from botswain.engine.restored import Wish, renew
from botswain.model.errors import BadInput, Unavailable

WISH = Wish(bytes(range(16, 32)), "ann", "the disk broke")


@pytest.fixture
def where(tmp_path):
    return tmp_path / "botswain.db"


async def looked_at(installation, where):
    """A process that comes and goes."""
    async with high_water(installation.store, where):
        pass


async def test_a_database_that_goes_on_is_no_other(kernels, where):
    installation = Installation(kernels)
    await looked_at(installation, where)
    for candles in (5, 5, None):
        await installation.process(market(), CONFIG, crew(), candles=candles)
        await looked_at(installation, where)
    assert place_of(where).exists()
    assert [one.name for one in where.parent.iterdir()] == ["botswain.db.seen"]


async def test_one_that_was_put_back_is_refused_until_its_ids_are_renewed(kernels, where):
    installation = Installation(kernels)
    await installation.process(market(), CONFIG, crew(), candles=6)
    backup = installation.copy()
    async with high_water(installation.store, where):
        await installation.process(market(), CONFIG, crew())
    said = rf"{where}.seen was put back from a backup: bot '\w+' had written \d+ journal rows and has \d+\. Nothing was"
    with pytest.raises(BadInput, match=said):
        await looked_at(backup, where)
    await renew(backup.parts(), WISH)
    await subject.remember(backup.store, place_of(where))
    await looked_at(backup, where)
    mark = await subject.mark_of(installation.store)
    subject.write(place_of(where), msgspec.structs.replace(mark, epoch=WISH.epoch.hex()))
    with pytest.raises(BadInput, match="its order ids were renewed once and are the old ones again"):
        await looked_at(installation, where)


async def test_a_bot_that_the_backup_does_not_have_is_noticed_too(kernels, where):
    installation, (trend, ladder) = Installation(kernels), crew()
    await installation.process(market(), CONFIG, [trend], candles=6)
    backup = installation.copy()
    await installation.process(market(), CONFIG, [trend, ladder])
    await looked_at(installation, where)
    await backup.process(market(), CONFIG, [trend])
    with pytest.raises(BadInput, match=r"a bot that is not in it \([0-9a-f-]{36}\) had written \d+ journal rows"):
        await looked_at(backup, where)


async def test_another_database_and_a_file_that_cannot_be_read_are_no_matter(kernels, where):
    one, other = Installation(kernels), Installation(kernels)
    await one.process(market(), CONFIG, crew(), candles=6)
    await looked_at(one, where)
    async with other.store.transaction(None) as tx:
        await tx.change(tx.update(subject.meta.meta).where(subject.meta.meta.c.name == "created_ms").values(value="7"))
    await looked_at(other, where)
    place_of(where).write_text("{")
    await looked_at(one, where)
    async with high_water(one.store, "postgresql+asyncpg://nobody@nowhere/none"):
        pass


async def test_where_it_cannot_be_written_nothing_is_stopped(kernels, tmp_path, monkeypatch):
    installation = Installation(kernels)
    await looked_at(installation, tmp_path / "nowhere" / "botswain.db")

    async def silent(_store):
        raise Unavailable("it does not answer")

    monkeypatch.setattr(subject, "mark_of", silent)
    await subject.remember(installation.store, tmp_path / "botswain.db.seen")
    assert list(tmp_path.iterdir()) == []


def test_live_bots_are_not_started_on_it_from_the_command_line(capsys, tmp_path):
    home = tmp_path / "data"
    shell, paper = Shell(capsys, home), crew_file(tmp_path)
    assert shell("trade", paper, "--plain", "--speed", "0", "--candles", "9").code == 0
    with closing(sqlite3.connect(home / "botswain.db")) as base:
        base.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy(home / "botswain.db", tmp_path / "backup.db")
    assert shell("trade", paper, "--plain", "--speed", "0", "--candles", "9").code == 0
    live = tmp_path / "live.yaml"
    ladder = {key: value for key, value in LADDER.items() if key != "sizing"} | {"name": "live", "capital": 1000}
    venue = {"venue": "binance", "environment": "sandbox", "port": 1, "timeframe": "1m"}
    live.write_text(yaml.safe_dump({"market": venue, "bots": [ladder]}))
    marked = shell("restored")
    assert marked.code == 0
    shutil.copy(tmp_path / "backup.db", home / "botswain.db")
    said = shell.refused("trade", live, "--plain")
    assert "was put back from a backup: bot '" in said
    assert said.endswith("run botswain restored first")
