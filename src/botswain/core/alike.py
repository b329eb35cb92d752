"""Whether two symbols move together: by the correlation of their moves over the last closes, in whole numbers.

Moves are kept as they come, a ring for each symbol, at every close instant of the bot; a correlation is worked out only
where an entry is to be judged. All of it is state, so live, a backtest, a restart and a replay know the same.
docs/rules.md section 7, docs/decisions/0018.
"""

from botswain.core.access import account_of, lane_of, move_at, rules_of, set_move, symbols_of
from botswain.ledger.exact import E8, compare, ratio_floor

E6 = 1_000_000


def note_moves(sim):
    """A close instant: keep what became of each symbol's last close since the one before, in millionths of it."""
    account = account_of(sim)
    span = rules_of(sim).alike_span
    place = account.moves % span
    for s in range(symbols_of(sim)):
        lane = lane_of(sim, s)
        set_move(sim, s * span + place, move_of(lane.before, lane.mark))
        lane.before = lane.mark
    account.moves += 1


def move_of(before, now):
    """From one close to the next, in millionths of the former, towards zero, at most all of it; 0 from none."""
    if before <= 0:
        return 0
    side = 1 if now >= before else -1
    if (now - before) * side >= before:
        return side * E6
    return side * ratio_floor((now - before) * side, E6, 1, before, 1, 1)


def moves_with(sim, s, other):
    """Whether two symbols move together, or against each other, or it is not known that they do not."""
    rules = rules_of(sim)
    span = rules.alike_span
    if account_of(sim).moves < span:
        return True
    sum_a = 0
    sum_b = 0
    square_a = 0
    square_b = 0
    both = 0
    for k in range(span):
        a = move_at(sim, s * span + k)
        b = move_at(sim, other * span + k)
        sum_a += a
        sum_b += b
        square_a += a * a
        square_b += b * b
        both += a * b
    spread_a = span * square_a - sum_a * sum_a
    spread_b = span * square_b - sum_b * sum_b
    if spread_a == 0 or spread_b == 0:
        return True
    shared = abs(span * both - sum_a * sum_b)
    least = rules.alike_from
    return compare(shared, shared, E8, E8, least * least, spread_a, spread_b) >= 0
