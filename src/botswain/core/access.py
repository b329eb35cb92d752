"""How the core reaches a run's records and numbers: by these functions and in no other way.

Here they read plain Python objects. When a simulator is compiled, `botswain.build.access` puts machine instructions
in their place that do the same on one block of memory, so that every function of the core takes one pointer and
costs no more than a load.
"""


def account_of(sim):
    """The ACCOUNT record."""
    return sim.account


def rules_of(sim):
    """The RULES record."""
    return sim.rules


def terms_of(sim, s):
    """The TERMS record of symbol s."""
    return sim.terms[s]


def size_of(sim, s):
    """The SIZE record of symbol s."""
    return sim.sizes[s]


def book_of(sim, s):
    """The BOOK record of symbol s."""
    return sim.books[s]


def lane_of(sim, s):
    """The LANE record of symbol s."""
    return sim.lanes[s]


def row_of(sim, s, slot):
    """The wanted ROW of a slot."""
    return sim.rows[s * sim.width + slot]


def order_of(sim, s, slot):
    """The ORDER at the venue of a slot."""
    return sim.orders[s * sim.width + slot]


def report_of(sim, r):
    """The r-th REPORT."""
    return sim.reports[r]


def note_of(sim, n):
    """The n-th NOTE."""
    return sim.notes[n]


def trip_of(sim, n):
    """The n-th TRIP."""
    return sim.trips[n]


def action_of(sim, n):
    """The n-th ACTION; the last is none, and never comes."""
    return sim.actions[n]


def symbols_of(sim):
    """How many symbols there are."""
    return sim.symbols


def instants_of(sim):
    """How many instants there are."""
    return sim.instants


def width_of(sim):
    """How many slots a symbol has, the exit slots included."""
    return sim.width


def memory_of(sim):
    """How many numbers of memory a symbol has."""
    return sim.memory


def expect_open(sim, i):
    """Say that the open of candle i may be asked for soon: compiled, it is fetched into the processor's cache."""


def expect_whole(sim, i):
    """Say that what trades and closes by candle i may be asked for soon, of a run of one symbol: likewise."""


def expect_candle(sim, s, k, i):
    """Say that candle i, symbol s's at instant k, may be asked for soon: likewise, its indicators too."""


def report_room(sim):
    """How many reports fit."""
    return sim.report_room


def note_room(sim):
    """How many notes fit."""
    return sim.note_room


def down_at(sim, s, slot):
    """The price (ticks) at which a resting order fires on the way down."""
    return sim.down[s * sim.width + slot]


def set_down(sim, s, slot, ticks):
    """Set `down_at`."""
    sim.down[s * sim.width + slot] = ticks


def up_at(sim, s, slot):
    """The price (ticks) at which a resting order fires on the way up."""
    return sim.up[s * sim.width + slot]


def set_up(sim, s, slot, ticks):
    """Set `up_at`."""
    sim.up[s * sim.width + slot] = ticks


def dirty_at(sim, s, k):
    """The k-th slot of symbol s that changed since the last arrival."""
    return sim.dirty[s * sim.width + k]


def set_dirty(sim, s, k, slot):
    """Set `dirty_at`."""
    sim.dirty[s * sim.width + k] = slot


def piece_at(sim, s, slot):
    """Lots that the piece whose stop is in a slot was laid out for, what is filled of it included (core.ladder)."""
    return sim.pieces[s * sim.width + slot]


def set_piece(sim, s, slot, lots):
    """Set `piece_at`."""
    sim.pieces[s * sim.width + slot] = lots


def turn_at(sim, n):
    """The n-th of the symbols that have something to do in what is done now."""
    return sim.turns[n]


def set_turn(sim, n, s):
    """Set `turn_at`."""
    sim.turns[n] = s


def mem_at(sim, s, k):
    """The k-th number of the strategy's memory for symbol s."""
    return sim.mem[s * sim.memory + k]


def set_mem(sim, s, k, value):
    """Set `mem_at`, as a float whatever it was."""
    sim.mem[s * sim.memory + k] = float(value)


def place_of(sim, k):
    """Where the k-th name of the memory starts."""
    return sim.places[2 * k]


def count_of(sim, k):
    """How many numbers the k-th name of the memory has."""
    return sim.places[2 * k + 1]


def meaning_at(sim, k):
    """What the k-th number of a symbol's memory is: PLAIN, OF_PRICE or OF_QUANTITY."""
    return sim.meanings[k]


def param_at(sim, k):
    """The k-th number of the parameters."""
    return sim.params[k]


def window_at(sim, k):
    """The k-th time, in milliseconds, at which the hours of entries begin (even k) or end (odd k)."""
    return sim.windows[k]


def roi_at(sim, k):
    """Of a target that falls: the k-th number of ages (even k, in milliseconds) and the gains from then on (odd k)."""
    return sim.roi[k]


def rung_at(sim, k):
    """Of a take-profit ladder: the k-th number of gains (even k) and the shares of the rungs up to each (odd k)."""
    return sim.ladder[k]


def move_at(sim, k):
    """The k-th number of the moves that are kept (core.alike), all of a symbol before those of the next."""
    return sim.moves[k]


def set_move(sim, k, move):
    """Set `move_at`."""
    sim.moves[k] = move


def tick_of(sim, s):
    """The tick size of symbol s in quote."""
    return sim.ticks[s]


def lot_of(sim, s):
    """The lot size of symbol s in base."""
    return sim.lots[s]


def open_at(sim, i):
    """The open of candle i in ticks."""
    return sim.open_ticks[i]


def high_at(sim, i):
    """The high of candle i in ticks."""
    return sim.high_ticks[i]


def low_at(sim, i):
    """The low of candle i in ticks."""
    return sim.low_ticks[i]


def close_at(sim, i):
    """The close of candle i in ticks."""
    return sim.close_ticks[i]


def candle_open(sim, i):
    """The open of candle i in quote."""
    return sim.open[i]


def candle_high(sim, i):
    """The high of candle i in quote."""
    return sim.high[i]


def candle_low(sim, i):
    """The low of candle i in quote."""
    return sim.low[i]


def candle_close(sim, i):
    """The close of candle i in quote."""
    return sim.close[i]


def candle_volume(sim, i):
    """The volume of candle i in base."""
    return sim.volume[i]


def column_at(sim, k, i):
    """The k-th indicator at candle i."""
    return sim.columns[k][i]


def time_at(sim, k):
    """The open time of instant k, in milliseconds."""
    return sim.times[k]


def candle_index(sim, s, k):
    """The candle that symbol s has at instant k, or -1."""
    return sim.index[s * sim.instants + k]


def beat_at(sim, k):
    """When it is decided after instant k of finer candles: a time between closes, less than 0 at a close, 0 never."""
    return sim.beats[k]


def view_at(sim, s, k):
    """The row that symbol s is decided on after instant k of finer candles, the candle before it one lower; or -1."""
    return sim.views[s * sim.instants + k]


def room_at(sim, i):
    """How many lots orders get of trade i, where that is bounded."""
    return sim.rooms[i]


def upto_at(sim, k):
    """How many reports there were once trade k was met."""
    return sim.upto[k]


def set_upto(sim, k, count):
    """Set `upto_at`."""
    sim.upto[k] = count


def depth_of(sim, s):
    """The DEPTH record of symbol s."""
    return sim.depth[s]


def change_time(sim, n):
    """When the n-th change of the book was, in milliseconds."""
    return sim.change_times[n]


def change_place(sim, n):
    """The place of the level that the n-th change is of (core.depth)."""
    return sim.change_places[n]


def change_lots(sim, n):
    """The lots that stand there from then on."""
    return sim.change_lots[n]


def level_ticks(sim, place):
    """The price of a place in the book, in ticks."""
    return sim.level_ticks[place]


def standing_at(sim, place):
    """The lots that stand at a place."""
    return sim.standing[place]


def set_standing(sim, place, lots):
    """Set `standing_at`."""
    sim.standing[place] = lots


def queued_at(sim, place):
    """How many own orders wait in line at a place."""
    return sim.queued[place]


def set_queued(sim, place, count):
    """Set `queued_at`."""
    sim.queued[place] = count


def place_at(sim, s, slot):
    """The place at which an order waits in line, NOWHERE or ALONE (core.depth)."""
    return sim.in_line[s * sim.width + slot]


def set_place(sim, s, slot, place):
    """Set `place_at`."""
    sim.in_line[s * sim.width + slot] = place


def ahead_at(sim, s, slot):
    """The lots that stand before an order in its line."""
    return sim.ahead[s * sim.width + slot]


def set_ahead(sim, s, slot, lots):
    """Set `ahead_at`."""
    sim.ahead[s * sim.width + slot] = lots


def slip_at(sim, i):
    """How much worse what fills by the market in candle i does, whatever its size: a share in units of 1e-8."""
    return sim.slips[i]


def squares_at(sim, i):
    """The sum of the squared returns of the candles known when candle i opens, in units of 1e-16."""
    return sim.squares[i]


def traded_at(sim, i):
    """The whole lots traded in these candles."""
    return sim.traded[i]


def set_curve(sim, k, money):
    """Write the equity of instant k."""
    sim.curve[k] = money


def call_back(sim, s, i):
    """Call the step where it is not linked in: what stands at the address, machine code or Python."""
    sim.callback(s, i)
