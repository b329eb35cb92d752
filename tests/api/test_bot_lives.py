"""Lives of bots at the door, drawn by chance: every answer is as it is described, and as a short model of it says.

One request after another uses what the ones before made: ids, names, versions, editions. The model knows names, wishes
and leases and nothing else; it is written by docs/rules.md and not by the code behind the door.
"""

import asyncio
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import schemathesis
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, precondition, rule
from tests.api.door import API, Door, problem_of

from botswain.api.app import made_app

BOTS = f"{API}/bots"
NAMES = st.sampled_from(["ladder", "ladder two", "Leiter ü", "x"])
LEVELS = st.integers(5, 7)
POLICIES = st.sampled_from([None, "leave", "cancel_entries", "cancel_all", "flatten"])


@dataclass(eq=False)
class Life:
    """What is known of a bot. gone: put away, or another edition goes on in its place."""

    id: str
    name: str
    levels: int
    version: int = 1
    edition: int = 1
    wanted: bool = False
    held: bool = False
    paused: bool = False
    gone: bool = False

    @property
    def state(self):
        if not self.wanted:
            return "stopping" if self.held else "stopped"
        return "paused" if self.paused else "running" if self.held else "starting"

    @property
    def stopped(self):
        return self.state == "stopped"


@cache
def description():
    """What the door says of itself."""
    return schemathesis.openapi.from_dict(made_app().openapi())


class Lives(RuleBasedStateMachine):
    """Requests about bots, and an engine that takes them up and lets them go."""

    bots = Bundle("bots")

    def __init__(self):
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.runner = asyncio.Runner()
        self.door = self.runner.run(Door(Path(self.folder.name)).fill())
        self.signed = self.door.signed()
        self.client = self.runner.run(self.signed.__aenter__())
        self.known = []
        self.keys = 0

    def teardown(self):
        self.runner.run(self.signed.__aexit__(None, None, None))
        self.runner.run(self.door.store.close())
        self.runner.close()
        self.folder.cleanup()

    def ask(self, method, template, bot=None, **given):
        """Send it, and hold the answer to the description."""
        path = template.replace("{bot_id}", bot.id if bot is not None else "")
        answer = self.runner.run(self.client.request(method, path, **given))
        assert answer.status_code < 500, answer.text
        description()[template][method].validate_response(answer)
        return answer

    def there(self, name, but=None):
        return any(one.name == name and not one.gone and one is not but for one in self.known)

    def took(self, bot, answer, **now):
        """The bot after a change that went well."""
        assert answer.status_code == 200, answer.text
        for name, value in now.items():
            setattr(bot, name, value)
        found = answer.json()
        bot.version = found["version"]
        assert (found["id"], found["name"], found["state"]) == (bot.id, bot.name, bot.state)

    @rule(target=bots, name=NAMES, levels=LEVELS, start=st.booleans(), twice=st.booleans())
    def make(self, name, levels, start, twice):
        self.keys += 1
        body = self.door.settings(parameters={"levels": levels}) | {"name": name, "start": start}
        sent = {"json": body, "headers": {"Idempotency-Key": f"key {self.keys}"}}
        answer = self.ask("POST", BOTS, **sent)
        if self.there(name):
            problem_of(answer, 409, "name_taken", "/name")
            return Life("01890a5d-ac96-774b-bcce-b302099a8057", name, levels)
        assert answer.status_code == 201, answer.text
        if twice:
            assert self.ask("POST", BOTS, **sent).json() == answer.json()
        found = answer.json()
        made = Life(found["id"], name, levels, version=found["version"], wanted=start)
        self.known.append(made)
        return made

    @rule(bot=bots)
    def look(self, bot):
        answer = self.ask("GET", f"{BOTS}/{{bot_id}}", bot)
        if bot not in self.known:
            problem_of(answer, 404, "not_found")
            return
        found = answer.json()
        assert (found["version"], found["edition"], found["archived_ms"] is not None) == (
            bot.version,
            bot.edition,
            bot.gone,
        )
        assert found["settings"]["parameters"]["levels"] == bot.levels
        same = self.ask("GET", f"{BOTS}/{{bot_id}}", bot, headers={"If-None-Match": answer.headers["ETag"]})
        assert same.status_code == 304
        editions = self.ask("GET", f"{BOTS}/{{bot_id}}/editions", bot).json()
        assert bot.id in [one["bot_id"] for one in editions]
        assert [one["edition"] for one in editions] == [*range(len(editions), 0, -1)]

    @rule(target=bots, bot=bots, name=NAMES, levels=LEVELS, seen=st.booleans())
    def change(self, bot, name, levels, seen):
        body = {"name": name, "settings": self.door.settings(parameters={"levels": levels})}
        tag = {"If-Match": f'"{bot.version if seen else bot.version - 1}"'}
        answer = self.ask("PATCH", f"{BOTS}/{{bot_id}}", bot, json=body, headers=tag)
        if self.refused(bot, answer, seen=seen):
            return bot
        if name != bot.name and self.there(name, bot):
            problem_of(answer, 409, "name_taken", "/name")
        elif (name, levels) == (bot.name, bot.levels):
            self.took(bot, answer)
        elif not bot.stopped:
            problem_of(answer, 409, "not_stopped")
        elif levels == bot.levels:
            self.took(bot, answer, name=name)
        else:
            return self.succeeded(bot, answer, name, levels)
        return bot

    def succeeded(self, bot, answer, name, levels):
        """Another edition goes on under the name."""
        assert answer.status_code == 200, answer.text
        found = answer.json()
        assert found["id"] not in [one.id for one in self.known]
        before = self.ask("GET", f"{BOTS}/{{bot_id}}", bot).json()
        bot.gone, bot.name, bot.version = True, before["name"], before["version"]
        made = Life(found["id"], name, levels, version=found["version"], edition=bot.edition + 1)
        self.known.append(made)
        return made

    def refused(self, bot, answer, *, seen=True):
        """Whether it had to be, whatever was asked: it is unknown, was changed since, or is put away."""
        if bot not in self.known:
            problem_of(answer, 404, "not_found")
        elif not seen:
            problem_of(answer, 412, "changed_meanwhile")
        elif bot.gone:
            problem_of(answer, 409, "archived")
        else:
            return False
        return True

    @rule(bot=bots)
    def start(self, bot):
        answer = self.ask("POST", f"{BOTS}/{{bot_id}}/start", bot)
        if not self.refused(bot, answer):
            self.took(bot, answer, wanted=True)

    @rule(bot=bots, policy=POLICIES)
    def stop(self, bot, policy):
        sent = {} if policy is None else {"json": {"policy": policy}}
        answer = self.ask("POST", f"{BOTS}/{{bot_id}}/stop", bot, **sent)
        if not self.refused(bot, answer):
            self.took(bot, answer, wanted=False)

    @rule(bot=bots)
    def pause(self, bot):
        answer = self.ask("POST", f"{BOTS}/{{bot_id}}/pause", bot, json={"reason": "lunch"})
        if self.refused(bot, answer):
            return
        if bot.paused:
            problem_of(answer, 409, "already_halted")
        else:
            self.took(bot, answer, paused=True)

    @rule(bot=bots)
    def resume(self, bot):
        answer = self.ask("POST", f"{BOTS}/{{bot_id}}/resume", bot)
        if self.refused(bot, answer):
            return
        if bot.paused:
            self.took(bot, answer, paused=False)
        else:
            problem_of(answer, 409, "not_halted")

    @rule(bot=bots)
    def flatten(self, bot):
        answer = self.ask("POST", f"{BOTS}/{{bot_id}}/flatten", bot)
        if self.refused(bot, answer):
            return
        if bot.stopped:
            problem_of(answer, 409, "not_running")
        else:
            # None of these ever trades; what is held is flattened in test_bots_wanted.
            problem_of(answer, 409, "holds_nothing")

    @rule(bot=bots, seen=st.booleans())
    def remove(self, bot, seen):
        tag = {"If-Match": f'"{bot.version if seen else bot.version - 1}"'}
        answer = self.ask("DELETE", f"{BOTS}/{{bot_id}}", bot, headers=tag)
        if self.refused(bot, answer, seen=seen):
            return
        if not bot.stopped:
            problem_of(answer, 409, "not_stopped")
            return
        assert answer.status_code == 204
        after = self.ask("GET", f"{BOTS}/{{bot_id}}", bot).json()
        bot.gone, bot.name, bot.version = True, after["name"], after["version"]

    @precondition(lambda self: self.known)
    @rule()
    def an_engine_looks(self):
        """It takes up what is wanted and lets go of what is not."""
        for bot in self.known:
            if bot.wanted and not bot.held:
                self.runner.run(self.door.hold(bot.id))
            elif bot.held and not bot.wanted:
                self.runner.run(self.door.write(bot.id, lease_owner=None, lease_until_ms=0))
            bot.held = bot.wanted

    @invariant()
    def the_list_has_those_that_are_there(self):
        here = sorted((one.name, one.id, one.state) for one in self.known if not one.gone)
        found = self.ask("GET", BOTS).json()
        assert sorted((one["name"], one["id"], one["state"]) for one in found["items"]) == here
        assert found["total"] == len(here)
        running = self.ask("GET", BOTS, params={"state": "running", "limit": 1}).json()
        assert running["total"] == sum(state == "running" for *_, state in here)


TestLives = Lives.TestCase
TestLives.settings = settings(
    max_examples=6,
    stateful_step_count=20,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
