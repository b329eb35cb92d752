"""Tenants: who owns everything else. A laptop has one."""

from __future__ import annotations

import msgspec

from botswain.model.errors import BadInput
from botswain.store.scope import Tx, values_of
from botswain.store.tables import tenants

# The one tenant of an installation without users.
LOCAL = "local"


class Tenant(msgspec.Struct, frozen=True):
    """A row of `tenants`. id is a UUIDv7; name is unique."""

    id: str
    name: str
    created_ms: int


async def ensure(tx: Tx, tenant: Tenant) -> Tenant:
    """The tenant of this name, made as given when there is none. tx must be the platform's."""
    found = await by_name(tx, tenant.name)
    if found is not None:
        return found
    await tx.insert(tenants, msgspec.structs.asdict(tenant))
    return tenant


async def by_name(tx: Tx, name: str) -> Tenant | None:
    """The tenant of a name, None when there is none. Raises BadInput in a tenant's own transaction."""
    if tx.tenant_id is not None:
        raise BadInput("tenants belong to the platform; a tenant's transaction cannot look them up")
    row = await tx.row(tx.select(tenants).where(tenants.c.name == name))
    return None if row is None else Tenant(**values_of(row))
