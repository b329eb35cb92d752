"""Live connections as relays see them: who listens, and what was told."""

import asyncio

WAIT_S = 20.0


class Heard:
    """Live connections as the relays see them: who listens, and what was told."""

    def __init__(self, *tenants):
        self.tenants = tenants
        self.words = []
        self.more = asyncio.Event()

    def is_heard(self, tenant_id):
        return bool(self.tenants) if tenant_id is None else tenant_id in self.tenants

    async def tell(self, tenant_id, event, *bodies):
        self.words += [(tenant_id, event, body) for body in bodies]
        self.more.set()

    def events(self):
        return [event for _, event, _ in self.words]


async def nothing(_tenant_id, _bot_ids):
    return []
