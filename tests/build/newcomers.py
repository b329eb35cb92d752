"""Small strategies as people write them who have just read docs/strategies.md: steps of the bot of `authors`."""

# What stands above the class, and the step.
COMPILED = {
    "a threshold in whole numbers": ("from botswain import above, below", """
if above(candle.close, 101):
    wanted.target(1)
elif below(candle.close, 100):
    wanted.target(0)
"""),
    "a comparison as the target": ("", "wanted.target(candle.close > 100 and candle.close > candle.open * 0.5)"),
    "a truth value kept": ("", """
up = candle.close > candle.open
if up or my.mem.many[0] == 1:
    wanted.target(1.0)
my.mem.many[0] = up
my.mem.count = candle.close >= 101
"""),
    "a window kept by hand": ("", """
for k in range(2):
    my.mem.many[k] = my.mem.many[k + 1]
my.mem.many[2] = candle.close
highest = my.mem.many[0]
total = 0
for k in range(3):
    highest = max(highest, my.mem.many[k])
    total += my.mem.many[k]
wanted.target(1.0 if candle.close >= highest and candle.close > total / 3 else 0.0)
"""),
    "a helper that returns a tuple": ("""
LEVELS = (0.25, 0.5, 1.0)

def band(price, width):
    return price * (1 - width), price * (1 + width)
""", """
low, high = band(100, 0.005)
if candle.close > high:
    wanted.target(LEVELS[2])
elif candle.close < low:
    wanted.target(LEVELS[0])
else:
    wanted.target(LEVELS[1])
"""),
    "a list in a loop": ("", """
closes = []
for k in range(3):
    closes.append(candle.close - k)
best = closes[0]
for price in closes:
    if price < best:
        best = price
wanted.target(min(1.0, abs(round(best) - 98) / 3))
"""),
    "a comprehension": ("", """
steps = [candle.close - k for k in range(3)]
doubled = [one * 2 for one in steps]
wanted.target(1.0 if doubled[0] + doubled[-1] > 400 else 0.0)
"""),
    "numpy for a table": ("import numpy as np\nWEIGHTS = np.array([0.5, 0.3, 0.2])", """
for k in range(2):
    my.mem.many[k] = my.mem.many[k + 1]
my.mem.many[2] = candle.close
total = 0.0
for k in range(len(WEIGHTS)):
    total += WEIGHTS[k] * my.mem.many[k]
wanted.target(1.0 if candle.close > total else 0.0)
"""),
    "scratch in an array": ("import numpy as np", """
gaps = np.zeros(3)
gaps[0] = candle.high - candle.low
gaps[1] = abs(candle.high - candle.open)
gaps[2] = 1
total = 0.0
for gap in gaps:
    total = total + gap
wanted.target(0.5 if total >= 1 else 0.0)
"""),
    "an order with a pause": ("from math import floor, sqrt\n\nPAUSE = 2", """
if my.mem.count > 0:
    my.mem.count -= 1
elif my.lots == 0:
    wanted.limit(0, 1, floor(candle.close), 3)
    my.mem.count = PAUSE
else:
    wanted.limit(1, -1, price=candle.close + 1, qty=my.position)
    wanted.tag(1, 0)
    my.mem.many[0] = sqrt(my.equity)
"""),
    "a truth value as a number": ("", """
score = int(candle.close > 100) + int(candle.close > 101) + float(candle.open > 99)
wanted.target(score / 3)
"""),
    "a search in two loops": ("", """
found = -1
for k in range(3):
    if my.mem.many[k] == candle.close:
        found = k
        break
else:
    my.mem.many[int(my.mem.count) % 3] = candle.close
    my.mem.count += 1
wanted.target(0.0 if found < 0 else 1.0)
"""),
}  # fmt: skip
# What is left in Python, and what its author is told to write.
SAID = {
    "a note as text": ("", "note = f'close {candle.close}'\nwanted.target(1.0 if note > 'close 100' else 0.0)", "makes a te"),  # noqa: E501 - a table
    "two digits": ("", "wanted.target(round(candle.close / 300, 2))", "round(x / unit) * unit"),
    "one of several": ("", "wanted.target(1.0 if round(candle.close) in (101, 102) else 0.0)", "compare with == one by one"),  # noqa: E501 - a table
    "a sum": ("", "wanted.target(sum([candle.close, candle.open]) / 400)", "add in a loop"),
    "numpy's mean": ("import numpy as np", "wanted.target(np.mean(np.array([candle.close, 100.0])) / 200)", "np.zeros(n)"),  # noqa: E501 - a table
    "numpy's root": ("import numpy as np", "wanted.target(np.sqrt(candle.close) / 20)", "write math.sqrt(...)"),
    "enumerate": ("", "x = 0.0\nfor k, v in enumerate((0.1, 0.2)):\n    x += k * v\nwanted.target(x)", "for k in range(len(x))"),  # noqa: E501 - a table
    "a slice": ("", "x = [candle.close, 1.0, 2.0]\nwanted.target(len(x[1:]) / 4)", "for k in range(first, last)"),
    "a list of the module": ("STEPS = [0.1, 0.5]", "wanted.target(STEPS[1])", "write a tuple: (...)"),
    "a variable of a loop": ("", "for k in range(3):\n    pass\nwanted.target(k / 4)", "k may be read before it is set"),  # noqa: E501 - a table
    "none at first": ("", "x = None\nif candle.close > 100:\n    x = 1.0\nwanted.target(0.0 if x is None else x)", "keep it of one"),  # noqa: E501 - a table
}  # fmt: skip
