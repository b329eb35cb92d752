"""A sandbox that was killed goes on where it was: the same market, the same orders, the same money."""

import asyncio
import random
import resource
from contextlib import contextmanager

import msgspec
import pytest
from tests.cli.shell import typed
from tests.sandbox.scenes import Client, exchange, seed_market

from botswain.model.errors import BadInput
from botswain.sandbox import server as sockets
from botswain.sandbox.control import control, status
from botswain.sandbox.diary import APART_S, gone_on
from botswain.sandbox.server import Server


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def opened():
    """Makes an exchange as it starts, brought to where its diary ends."""
    diaries = []

    def make(path, settings="seed 5", clock=None):
        made = exchange(seed_market(), names=("main", "other"), funds={"USDT": "100000", "BTC": "1"})
        diaries.append(gone_on(made, path, settings, clock or Clock()))
        return made, diaries[-1]

    yield make
    for one in diaries:
        one.close()


def traded(made, diary, clock, seed, turns=120):
    """Orders of all kinds while the market moves."""
    chance = random.Random(seed)
    clients = [Client(made, name, now_ms=1_800_000_000_000 + seed * 1_000_000) for name in ("main", "other")]
    for turn in range(turns):
        for _ in range(chance.randrange(4)):
            made.advance()
            made.drain()
            clock.now += 0.1
            diary.moved()
        client = chance.choice(clients)
        client.now_ms += 1 + turn
        price = f"{chance.choice([0.99, 0.999, 1.001, 1.01]) * 60000:.1f}"
        kind = chance.randrange(5)
        if kind == 0:
            client.order(chance.choice(["BUY", "SELL"]), "MARKET", quantity="0.01")
        elif kind < 4:
            client.limit(chance.choice(["BUY", "SELL"]), "0.01", price)
        else:
            client.send("DELETE", "openOrders", symbol="BTCUSDT")


def books(made):
    """Everything that its clients could see of what they did."""
    found = [made.moves, made.floor.market_ms]
    for name in ("main", "other"):
        client = Client(made, name, now_ms=1_900_000_000_000)
        found += [client.send("GET", "account")["balances"], client.send("GET", "allOrders", symbol="BTCUSDT")]
        found.append(client.send("GET", "myTrades", symbol="BTCUSDT"))
    return found


@pytest.mark.parametrize("seed", range(3))
def test_all_that_was_traded_is_there_again_and_the_market_moves_on_alike(tmp_path, opened, seed):
    path, clock = tmp_path / "diary", Clock()
    first, diary = opened(path, clock=clock)
    traded(first, diary, clock, seed)
    clock.now += APART_S
    diary.moved()
    second, again = opened(path, clock=clock)
    assert books(second) == books(first)
    assert books(first)[3]
    for made in (first, second):
        traded(made, again, Clock(), seed + 10)
    assert books(second) == books(first)


# What changes books, what changes replies, and what reads use up, each for a while or once.
TROUBLE = (
    {"name": "partial_fills", "times": 3, "share": "0.4"},
    {"name": "fill_before_reply", "times": 1},
    {"name": "cancel_ignored", "times": 1},
    {"name": "cancel_refused", "times": 1},
    {"name": "accept_then_expire", "times": 1},
    {"name": "fee_late", "times": 2},
    {"name": "blank_trade_id", "times": 1},
    {"name": "key_revoked", "times": 2},
    {"name": "refuse", "times": 3},
    {"name": "drop_request", "times": 3},
    {"name": "maintenance", "times": 2},
    {"name": "drop_event", "times": 2},
    {"name": "overfill", "times": 1, "account": "other"},
    {"name": "foreign_order", "quantity": "0.02"},
    {"name": "foreign_cancel", "account": "other"},
    {"name": "balance_jump", "amount": "-50"},
    {"name": "filters_changed", "min_notional": "900"},
    {"name": "no such fault"},
)


def told(made, method, path, **given):
    control(made, method, path, msgspec.json.encode(given))


@pytest.mark.parametrize("seed", range(4))
def test_what_faults_did_is_there_again_and_what_they_have_left_to_do(tmp_path, opened, seed):
    path, clock, chance = tmp_path / "diary", Clock(), random.Random(seed)
    first, diary = opened(path, clock=clock)
    reader = Client(first, "main", now_ms=1_700_000_500_000)
    first.floor.listen("@main", 1)  # somebody hears the account's events, and nobody does when it is done again
    for turn in range(40):
        if turn % len(TROUBLE) == 0:
            deck = chance.sample(TROUBLE, len(TROUBLE))
        told(first, "POST", "faults", **deck.pop())
        if turn == 20:
            told(first, "DELETE", "faults")
            told(first, "POST", "accounts", name="third", balances={"USDT": "7"})
            told(first, "POST", "limits", orders_10s=1000)
        for _ in range(chance.randrange(3)):
            reader.send("GET", "account")
        traded(first, diary, clock, seed * 100 + turn, turns=6)
    diary.close_up()
    second, _ = opened(path, clock=clock)
    assert first.floor.faults.acted.keys() >= {"foreign_order", "balance_jump", "refuse", "drop_request"}
    assert len(first.floor.faults.acted) > 8
    standing = status(first)
    assert standing["accounts"].keys() == {"main", "other", "third"}
    apart = standing.pop("asked")
    assert apart != (again := status(second)).pop("asked"), "reads are not done again"
    assert again == standing
    for made in (first, second):
        made.floor.faults.on.clear()
    assert books(second) == books(first)
    assert len(books(first)[4]) + len(books(first)[7]) > 8


def test_a_line_that_the_kill_cut_off_never_happened(tmp_path, opened):
    path, clock = tmp_path / "diary", Clock()
    first, diary = opened(path, clock=clock)
    traded(first, diary, clock, 1, turns=20)
    diary.close_up()
    whole = path.read_bytes()
    path.write_bytes(whole + b'{"type":"moved","mo')
    second, _ = opened(path)
    assert books(second) == books(first)
    assert path.read_bytes() == whole


def test_reads_are_not_written_and_the_market_is_noted_now_and_then(tmp_path, opened):
    path, clock = tmp_path / "diary", Clock()
    made, diary = opened(path, clock=clock)
    client = Client(made)
    client.send("GET", "account")
    assert len(path.read_bytes().splitlines()) == 1
    for _ in range(10):
        made.advance()
        clock.now += APART_S / 5
        diary.moved()
    assert len(path.read_bytes().splitlines()) == 3


def test_a_diary_of_other_settings_or_of_nonsense_is_refused(tmp_path, opened):
    path = tmp_path / "diary"
    opened(path)
    with pytest.raises(BadInput, match="is of another market"):
        opened(path, "seed 6")
    path.write_bytes(b"nonsense\n")
    with pytest.raises(BadInput, match="cannot be read"):
        opened(path)
    with pytest.raises(BadInput, match="cannot be read and written"):
        opened(tmp_path)
    refused = typed("sandbox", "--step", "--keep", str(path), home=tmp_path)
    assert (refused.code, "leave out --step" in refused.err) == (2, True)


@contextmanager
def room_for(path, size):
    """No file can grow past what this one has and `size` bytes more, as on a disk that is full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size + size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("size", [0, 1, 40])
def test_an_order_that_cannot_be_written_down_is_refused_and_is_in_no_book_then_or_later(tmp_path, opened, size):
    path, clock = tmp_path / "diary", Clock()
    first, diary = opened(path, clock=clock)
    traded(first, diary, clock, 1, turns=20)
    clock.now += APART_S
    diary.moved()
    client = Client(first, now_ms=1_850_000_000_000)
    before, whole = books(first), path.read_bytes()
    with room_for(path, size):
        reply = client.raw(
            "POST", "/api/v3/order", symbol="BTCUSDT", side="BUY", type="MARKET", quantity="0.01"
        )  # fmt: skip
        answer = control(first, "POST", "faults", b'{"name": "refuse"}')
    assert (reply.status, msgspec.json.decode(reply.body)["code"]) == (503, -1008)
    assert (answer[0], first.floor.faults.on) == (503, {})
    assert (books(first), path.read_bytes()) == (before, whole)
    assert client.order("BUY", "MARKET", quantity="0.02")["status"] == "FILLED"
    told(first, "POST", "faults", name="refuse", times=5)
    diary.close_up()
    second, _ = opened(path, clock=clock)
    assert second.floor.faults.on.keys() == first.floor.faults.on.keys() == {"refuse"}
    for made in (first, second):
        made.floor.faults.on.clear()
    assert books(second) == books(first)


def test_a_line_of_which_a_part_is_left_is_cut_off_before_the_next(tmp_path, opened, monkeypatch):
    path = tmp_path / "diary"
    made, diary = opened(path)
    whole = path.read_bytes()
    with room_for(path, 5), monkeypatch.context() as patched:
        patched.setattr("os.ftruncate", lambda _file, _size: (_ for _ in ()).throw(OSError(5, "Input/output error")))
        with pytest.raises(OSError, match="File too large"):
            diary.close_up()
    assert path.read_bytes() == whole + b'{"typ'
    made.advance()
    diary.close_up()
    assert path.read_bytes() == whole + b'{"type":"moved","moves":1}\n'


async def test_the_market_stands_while_nothing_can_be_written_and_goes_on_where_it_was(tmp_path, opened, monkeypatch):
    monkeypatch.setattr(sockets, "AGAIN_S", 0.01)
    path, lines = tmp_path / "diary", asyncio.Queue()
    made, diary = opened(path, clock=asyncio.get_running_loop().time)
    refused, often, on = [], asyncio.Event(), asyncio.Event()

    def moved():
        try:
            diary.moved()
            if refused and made.moves > refused[0]:
                on.set()
        except OSError:
            refused.append(made.moves)
            if len(refused) == 9:
                often.set()
            raise

    server = Server(made, lambda: 0, 600.0, moved=moved, say=lines.put_nowait)
    await server.start(0)
    try:
        async with asyncio.timeout(30):
            with room_for(path, 0):
                stands = await lines.get()
                await often.wait()
            goes_on = await lines.get()
            await on.wait()
    finally:
        await server.stop()
    assert "the market stands still" in stands
    assert "File too large" in stands
    assert "the market goes on" in goes_on
    assert (len(set(refused)), lines.qsize(), server.broken) == (1, 0, None)
    diary.close_up()
    second, _ = opened(path)
    assert books(second) == books(made)


async def test_the_time_in_which_the_market_stood_is_not_run_after(tmp_path, opened, monkeypatch):
    monkeypatch.setattr(sockets, "AGAIN_S", 0.01)
    answers = iter([OSError(28, "No space left on device")] * 3)

    def moved():
        for error in answers:
            raise error

    server = Server(opened(tmp_path / "diary")[0], lambda: 0, 60.0, moved=moved)
    assert await server.written() >= 0.03
    assert await server.written() == 0


async def test_a_clock_that_fails_ends_the_exchange_and_says_why(opened, tmp_path):
    made, _ = opened(tmp_path / "diary")

    def moved():
        raise ValueError("no such market")

    server = Server(made, lambda: 0, 0.0, moved=moved)
    await server.start(0)
    async with asyncio.timeout(30):
        await server.ended.wait()
    await server.stop()
    assert isinstance(server.broken, ValueError)


def test_a_diary_that_cannot_be_begun_is_refused(tmp_path, opened):
    path = tmp_path / "diary"
    path.touch()
    with room_for(path, 3), pytest.raises(BadInput, match="cannot be begun"):
        opened(path)
    assert path.read_bytes() == b""
    opened(path)
