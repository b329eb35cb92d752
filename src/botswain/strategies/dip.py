"""Buy after a drop, more after a deeper one, and sell what was bought in steps above its average price.

Makes money where drops are overdone and the price comes back. Loses it in a market that
only falls: all purchases are made on the way down and stand at a loss, for it does not sell below cost by itself. That
is the stop-loss's work, or the filter's for falling knives. It never sells short. docs/rules.md section 8.
"""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from botswain.core.codes import ASKED, CLOSE, END, FILL, LIMIT, MARKET, REDUCE_ONLY, WAITING, WORKING
from botswain.core.indicators import Indicator, ta
from botswain.core.num import above, below
from botswain.core.strategy import ON, Param, Strategy, step
from botswain.model.errors import BadInput
from botswain.model.instrument import Instrument
from botswain.model.parts import in_percent, part
from botswain.strategies.ticks import on_tick

# Places of the choices of `drop_from`, as the step sees them, and of its tags.
LAST_BUY, AVERAGE = 1, 2
OF_LADDER, OF_TRAIL = 1, 2


class Dip(Strategy):
    """Buys in slot 0; sells in slots 1 to 3, or all by the market in slot 1."""

    name = "dip"
    tags = ("dip", "ladder", "trail")
    memory_units: ClassVar = dict.fromkeys(
        ("bought", "used", "parts", "rest", "depth", "age", "selling", "relay"), "plain"
    ) | dict.fromkeys(("last", "low", "top"), "price")
    fractions = (
        "drop", "near_top", "rebound", "limit_below", "knife", "gain_1", "gain_2",
        "gain_3", "share_1", "share_2", "arm", "trail", "min_gain",
    )  # fmt: skip
    sections: ClassVar = {
        "Buying": (
            "drop", "drop_from", "window", "buys", "growth", "cooldown", "rebound", "patience", "limit_below",
            "limit_life",
        ),
        "Not buying": ("near_top", "top_window", "knife", "knife_average"),
        "Selling in steps": ("sells", "gain_1", "share_1", "gain_2", "share_2", "gain_3"),
        "Trailing sale": ("arm", "trail", "min_gain"),
    }  # fmt: skip
    depends: ClassVar = {
        ("patience",): {"rebound": ON},
        ("limit_life",): {"limit_below": ON},
        ("top_window",): {"near_top": ON},
        ("knife_average",): {"knife": ON},
        ("gain_1",): {"sells": ON},
        ("gain_2", "share_1"): {"sells": (2, 3)},
        ("gain_3", "share_2"): {"sells": 3},
        ("trail", "min_gain"): {"arm": ON},
    }

    drop = Param(0.03, 0.001, 0.9, help="drop after which it buys", search=(0.01, 0.15))
    drop_from = Param(
        "high", choices=("high", "last_buy", "average"),
        help="what it has dropped from: the highest price of the window, the last purchase, or the average price of "
        "what is held; the high while nothing is held",
    )  # fmt: skip
    window = Param(48, 2, 5000, help="candles whose highest price a drop is measured from", search=(12, 300))
    near_top = Param(
        0.0, 0.0, 0.9, help="no purchase within this distance of the highest price of the longer window; 0: off",
        search=(0, 0.1),
    )  # fmt: skip
    top_window = Param(500, 2, 5000, help="candles in the longer window", search=(200, 2000))
    cooldown = Param(12, 1, 10_000, help="candles from one purchase, or sale of all, to the next", search=(3, 100))
    buys = Param(3, 1, 50, help="purchases at most, which share the money", search=(1, 10))
    growth = Param(
        0.0, 0.0, 10.0, help="how much larger a purchase is after a deeper drop: 1 makes it twice as large after twice "
        "the drop; 0: all alike", search=(0, 2),
    )  # fmt: skip
    rebound = Param(
        0.0, 0.0, 0.5, help="follow the price down and buy when a close is this far above the low; 0: buy at once",
        search=(0, 0.02),
    )  # fmt: skip
    patience = Param(12, 1, 1000, help="candles after which a rebound is no longer waited for", search=(4, 50))
    limit_below = Param(
        0.0, 0.0, 0.5, help="buy by a limit order this far below the close; 0: by the market", search=(0, 0.02)
    )
    limit_life = Param(6, 1, 1000, help="candles after which such an order is withdrawn", search=(2, 50))
    knife = Param(
        0.0, 0.0, 0.9, help="no purchase while the close is further than this below its long average; 0: off",
        search=(0, 0.3),
    )  # fmt: skip
    knife_average = Param(200, 2, 5000, help="candles in the long average", search=(100, 1000))
    sells = Param(1, 0, 3, help="steps of the ladder that sells; 0: none", search=(1, 3))
    gain_1 = Param(0.02, 0.0, 10.0, help="first step above the average price", search=(0.005, 0.1))
    gain_2 = Param(0.04, 0.0, 10.0, help="second step", search=(0.01, 0.2))
    gain_3 = Param(0.06, 0.0, 10.0, help="third step", search=(0.02, 0.3))
    share_1 = Param(0.5, 0.01, 0.99, help="part that the first of several steps sells; the last sells the rest")
    share_2 = Param(0.25, 0.01, 0.99, help="part that the second of three steps sells")
    arm = Param(
        0.0, 0.0, 10.0, help="gain of a close over the average price that arms the trailing sale; 0: off",
        search=(0, 0.1),
    )  # fmt: skip
    trail = Param(
        0.01, 0.0001, 0.9, help="fall below the highest close since then that sells all", search=(0.003, 0.05)
    )
    min_gain = Param(0.005, 0.0, 1.0, help="gain of a close below which the trailing sale does not sell")

    def validate(self) -> None:
        """Steps rise, parts leave something for the last step, and a rebound is smaller than its drop."""
        gains = [self.gain_1, self.gain_2, self.gain_3][: self.sells]
        if gains != sorted(set(gains)):
            raise BadInput(f"the ladder's gains are {', '.join(map(part, gains))}; each must be above the one before")
        if self.sells == 3 and self.share_1 + self.share_2 >= 1:
            raise BadInput(
                f"parameters share_1 {part(self.share_1)} and share_2 {part(self.share_2)} leave nothing for the last "
                f"step; together they must be below {part(1)}"
            )
        if self.rebound >= self.drop:
            raise BadInput(
                f"parameter rebound is {part(self.rebound)} and drop is {part(self.drop)}; rebound must be below drop"
            )
        if 0 < self.arm <= self.min_gain:
            raise BadInput(
                f"parameter arm is {part(self.arm)} and min_gain is {part(self.min_gain)}; arm must be above min_gain"
            )
        if self.sells == 0 and self.arm == 0:
            raise BadInput("parameters sells 0 and arm 0: nothing would ever be sold; give a ladder or a trailing sale")

    def check_sizing(self, kind: str) -> None:
        """Risk and volatility size a whole position; a purchase is one of several."""
        if kind in ("risk", "volatility"):
            raise BadInput(
                f"sizing {kind} does not fit dip, which sizes each of its purchases and not one position; use percent, "
                "fixed or fixed_quote"
            )

    def check(self, instrument: Instrument, price: Decimal) -> None:
        """Refuse a sale that does not pay its round trip."""
        cost = 2 * instrument.taker_fee
        names = ["gain_1"] if self.sells > 0 else []
        for name in [*names, "min_gain"] if self.arm > 0 else names:
            if Decimal(repr(self.values[name])) <= cost:
                raise BadInput(
                    f"parameter {name} is {part(self.values[name])}, which does not pay the round-trip fee of "
                    f"{in_percent(cost)}; give one above {part(cost)}"
                )

    def events(self) -> tuple[int, ...]:
        """Closes decide, fills lay the ladder, ends say that a part of it is missing."""
        return (CLOSE, FILL, END)

    def slots(self) -> int:
        """A purchase and the three steps of the ladder."""
        return 4

    def split(self) -> int:
        """Its money is shared among the purchases."""
        return int(self.buys)

    def memory(self) -> dict[str, int]:
        """Purchases made, parts of the money they took and that of the one asked for; candles to stay out; price of the

        last purchase; the low that is followed, the deepest drop there, and the age of it or of a resting purchase;
        highest close since the trailing sale was armed, whether it sells; whether the ladder is to be laid again.
        """
        names = ("bought", "used", "parts", "rest", "last", "low", "depth", "age", "top", "selling", "relay")
        return dict.fromkeys(names, 1)

    def indicators(self) -> dict[str, Indicator]:
        """The window's high, the longer window's, and the long average; one that is off is the window's."""
        high: Indicator = ta.MAX(self.window, of="high")
        return {
            "high": high,
            "ceiling": ta.MAX(self.top_window, of="high") if self.near_top > 0 else high,
            "usual": ta.SMA(self.knife_average) if self.knife > 0 else high,
        }

    @step
    def decide(now, was, p, candle, my, wanted):
        if my.event == FILL:
            if my.slot == 0:
                bought(p, my, wanted)
            elif my.lots == 0:
                sold_out(p, my, wanted)
        elif my.event == END:
            if 0 < my.slot < my.slots:
                my.mem.relay = 1
        elif my.event == CLOSE and now.high == now.high and now.ceiling == now.ceiling and now.usual == now.usual:
            if my.mem.rest > 0:
                my.mem.rest -= 1
            if not sells_all(p, candle, my, wanted):
                if my.mem.relay > 0:
                    lay_ladder(p, my, wanted)
                if waits(wanted, 0):
                    my.mem.age += 1
                    if my.mem.age >= p.limit_life:
                        wanted.withdraw(0)
                else:
                    look(now, p, candle, my, wanted)


def waits(wanted, slot):
    """Whether a slot's order is still to be filled."""
    state = wanted.state(slot)
    return state == ASKED or state == WORKING or state == WAITING


def sells_all(p, candle, my, wanted):
    """The trailing sale, before any purchase: whether it sells, or is still at it. One that ended is armed anew."""
    if my.mem.selling > 0:
        if waits(wanted, 1):
            return True
        my.mem.selling = 0
        my.mem.top = 0
        my.mem.relay = 1
    if my.lots <= 0 or p.arm == 0.0:
        return False
    entry = my.entry_price
    if my.mem.top > 0.0 or not below(candle.close, entry * (1.0 + p.arm)):
        my.mem.top = max(my.mem.top, candle.close)
    fell = my.mem.top > 0.0 and below(candle.close, my.mem.top * (1.0 - p.trail))
    if not fell or not above(candle.close, entry * (1.0 + p.min_gain)):
        return False
    wanted.clear()
    my.mem.low = 0
    my.mem.selling = 1
    wanted.renew(1)
    wanted.row(1, MARKET, -1, 0, my.lots)
    wanted.flags(1, REDUCE_ONLY)
    wanted.tag(1, OF_TRAIL)
    return True


def look(now, p, candle, my, wanted):
    """Whether there is a drop to buy, or to follow down, or a rebound from one."""
    origin = now.high
    if p.drop_from == LAST_BUY and my.mem.last > 0.0:
        origin = my.mem.last
    elif p.drop_from == AVERAGE and my.lots > 0:
        origin = my.entry_price
    depth = 1.0 - candle.close / origin
    fit = my.mem.bought < p.buys and my.mem.used < p.buys
    if p.near_top > 0.0 and above(candle.close, now.ceiling * (1.0 - p.near_top)):
        fit = False
    if p.knife > 0.0 and below(candle.close, now.usual * (1.0 - p.knife)):
        fit = False
    if my.mem.low > 0.0:
        my.mem.age += 1
        my.mem.low = min(my.mem.low, candle.low)
        my.mem.depth = max(my.mem.depth, depth)
        if not below(candle.close, my.mem.low * (1.0 + p.rebound)):
            my.mem.low = 0
            if fit:
                buy(p, candle, my, wanted, my.mem.depth)
        elif my.mem.age >= p.patience:
            my.mem.low = 0
            my.mem.rest = p.cooldown
    elif fit and my.mem.rest == 0 and not below(depth, p.drop):
        if p.rebound > 0.0:
            my.mem.low = candle.low
            my.mem.depth = depth
            my.mem.age = 0
        else:
            buy(p, candle, my, wanted, depth)


def buy(p, candle, my, wanted, depth):
    """Ask for a purchase: a part of the money, or more of it after a deeper drop, but no more than is left."""
    parts = min(max(1.0, 1.0 + p.growth * (depth / p.drop - 1.0)), p.buys - my.mem.used)
    ticks = my.nearest_tick(candle.close * (1.0 - p.limit_below)) if p.limit_below > 0.0 else 0
    lots = int(wanted.size(ticks) * parts)
    my.mem.parts = parts
    my.mem.age = 0
    my.mem.rest = p.cooldown
    wanted.renew(0)
    if lots > 0:
        wanted.row(0, LIMIT if ticks > 0 else MARKET, 1, ticks, lots)


def bought(p, my, wanted):
    """A purchase, or a part of it: lay the ladder anew over all that is held."""
    if my.mem.parts > 0.0:
        my.mem.used += my.mem.parts
        my.mem.bought += 1
        my.mem.parts = 0
    my.mem.last = my.fill_price
    my.mem.top = 0
    my.mem.selling = 0
    lay_ladder(p, my, wanted)


def lay_ladder(p, my, wanted):
    """Ask for the sales: each step its part of the position, the last one the rest."""
    my.mem.relay = 0
    held = max(my.lots, 0)
    left = held
    for k in range(3):
        wanted.renew(1 + k)
        if k < p.sells and left > 0:
            share = p.share_1 if k == 0 else p.share_2
            lots = left if k == p.sells - 1 else min(int(held * share), left)
            gain = p.gain_1 if k == 0 else p.gain_2 if k == 1 else p.gain_3
            ticks = on_tick(my, my.entry_price * (1.0 + gain), 1)
            left -= lots
            if lots > 0:
                wanted.row(1 + k, LIMIT, -1, ticks, lots)
                wanted.flags(1 + k, REDUCE_ONLY)
                wanted.tag(1 + k, OF_LADDER)


def sold_out(p, my, wanted):
    """Nothing is held any more: what rests is withdrawn, and the next dip is another one."""
    wanted.clear()
    my.mem.bought = 0
    my.mem.used = 0
    my.mem.last = 0
    my.mem.low = 0
    my.mem.top = 0
    my.mem.selling = 0
    my.mem.relay = 0
    my.mem.rest = p.cooldown
