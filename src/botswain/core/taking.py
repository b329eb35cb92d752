"""Orders that take from a recorded book: level by level, the best first, a fill for each. docs/rules.md section 10."""

from botswain.core.access import depth_of, lane_of, level_ticks, order_of, standing_at
from botswain.core.codes import NO_UP
from botswain.core.dealing import execute, wait
from botswain.core.depth import NOWHERE, best_for, set_level


def take_by_market(sim, s, slot):
    """An order takes whatever stands on the other side, as taker."""
    take_levels(sim, s, slot, order_of(sim, s, slot).side * NO_UP, 0)


def take_levels(sim, s, slot, worst, maker):
    """An order takes what stands on the other side, as far as the price `worst`, until it is filled or ends.

    maker  it rests, and they would have met it: at its own price
    """
    depth_of(sim, s).walking = 1
    lane = lane_of(sim, s)
    order = order_of(sim, s, slot)
    side = order.side
    place = best_for(sim, s, side)
    while order.active != 0 and place != NOWHERE and (level_ticks(sim, place) - worst) * side <= 0:
        stands = standing_at(sim, place)
        lane.room = stands
        execute(sim, s, slot, order.price if maker else level_ticks(sim, place), maker)
        set_level(sim, s, place, lane.room)
        place = best_for(sim, s, side)
    depth_of(sim, s).walking = 0
    if order.active != 0:
        wait(sim, s, slot)
