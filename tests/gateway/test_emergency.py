"""A request without a row of the journal: only a cancel that the emergency file notes passes the gateway."""

import pytest
from tests.gateway.made import cancelling, placing

from botswain.gateway.journaled import StoreJournal
from botswain.model.outcomes import Cause
from botswain.store.emergency import Cancelling, EmergencyFile


class Nothing:
    """A database that must not be asked."""

    def reading(self, _tenant):
        raise AssertionError("the database was asked")


@pytest.fixture
def file(tmp_path):
    return EmergencyFile(tmp_path / "db.emergency")


def cancel(**more):
    return cancelling("ours", seq=-1, **more)


async def test_a_cancel_that_is_noted_passes_without_the_database_and_nothing_else_does(file):
    journal = StoreJournal(Nothing(), file)
    found = await journal.objects(cancel())
    assert "the cancel of order ours does not stand in" in found.why
    errand = cancel()
    file.append(Cancelling(errand.account_id, errand.bot_id, "ours", 1))
    assert await journal.objects(errand) is None
    assert "does not stand in" in (await journal.objects(cancel(bot_id="another"))).why
    assert "may only take off an order" in (await journal.objects(placing("new", seq=-1))).why
    assert "may only take off an order" in (await StoreJournal(Nothing()).objects(errand)).why


async def test_a_file_that_cannot_be_read_is_asked_again_later(tmp_path):
    found = await StoreJournal(Nothing(), EmergencyFile(tmp_path)).objects(cancel())
    assert found.cause is Cause.LATER
