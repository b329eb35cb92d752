"""What people do with tuples, lists and arrays: places, stores, loops. A table of bodies of f(x, n), by what compiles.

`PLACES`, `STORES` and `LOOPS` must compile and be Python's, `RAISED` raises at times or always though nobody reads what
comes of it, `LEFT_OVER` is left in Python with its line.
"""

import numpy as np

SCOPE = {
    "REALS": np.array([1.5, -0.0, 2.0**53, np.nan]), "WHOLES": np.array([3, 2**53 + 1, -1]), "EMPTY": np.zeros(0),
    "TRUE": np.array([True, False]), "GRID": np.arange(6.0).reshape(2, 3), "TURNED": np.arange(6.0).reshape(2, 3).T,
    "EVERY_OTHER": np.arange(8.0)[::2], "SHORT": np.array([0.1, 0.2], np.float32), "BYTES": np.array([1, 200], np.uint8),  # noqa: E501 - a table
    "HALVES": np.array([1, 2**31 - 1], np.int32), "SWAPPED": np.array([1.0, 2.0], ">f8"), "NONE": np.array(7.5),
    "THREE": (1.5, 2.5, -0.0), "MIXED": (1, 2.5), "NESTED": ((1, 2), (3, 4)), "LIST": [1.0, 2.0], "NAMES": ("a", "b"),
    "UNLIKE": (1, True), "NO": (), "TWO": np.float64(2.5), "DEEP": [[1.0], [2.0]], "FAR": (2**53 + 1, 0.5),
}  # fmt: skip
GIVEN = [(x, n) for x in (1.5, -0.0) for n in (0, 1, 2, 3, 4, -1, -3, -4, -5, 2**40)] + [
    (float("nan"), 2),
    (2.5, 2**63 - 1),
]

PLACES = r"""
t = (x, 2.0, -0.0); return t[n]
t = (x, 2.0, -0.0); return t[-1], t[-3]
t = (n, n + 1); return t[n]
return THREE[n]
return THREE[-n]
return NESTED[1][n]
return NESTED[n][n]
return (n, x)[0], (n, x)[1]
a = [x, 2.0]; return a[n]
a = [x, 2.0]; return a[-1], a[-2]
a = [n, 2]; return a[n] + a[-n]
a = [True, x > 1.0]; return a[n]
return REALS[n]
return REALS[-n]
return float(REALS[n]) + x
return int(WHOLES[n % 3]) + n
return float(REALS[WHOLES[2]])
return TRUE[n]
return GRID[n % 2, 1]
return GRID[n, n]
return GRID[-1, -n]
return TURNED[n, 1]
return EVERY_OTHER[n]
z = np.zeros(3); return z[n]
z = np.zeros(n % 4); return z[n]
z = np.zeros(-n); return len(z)
z = np.ones(3); return z[n] + z[0]
return len(REALS), len(THREE), len([x]), len(NESTED), len(GRID)
return len(EMPTY) + len(NO)
a = [x]; return a[0 * n]
a = [n]; b = [a[0], a[0] + 1]; return b[n]
return FAR[0] + n
return FAR[1] + x
return (n, n)[n & 1]
i = n % 2; return (x, 2.0)[i] if i else (x, 3.0)[-1 - i]
return NONE[()]
a = []; a.append(x); return a[0]
a, (b, c) = x, (2.0, 3.0); return c
t = (x, 2.0) if x > 1.0 else (n, 2.0); return t[0]
a = [x] if x > 1.0 else [2.0, 3.0]; return a[0]
a = [k * 1.0 for k in THREE]; return a[0]
return TWO + x
return (REALS[0], x)[0] + 1.0
t = (REALS[0], x); return t[1]
"""
STORES = r"""
a = [x, 2.0]; a[n] = 3.0; return a[0], a[1]
a = [x, 2.0]; a[-n] += x; return a[0], a[1]
a = [n, 2]; a[n] = n; return a[0], a[1]
a = [x, 2.0]; b = a; b[0] = 9.0; return a[0]
a = [x]; a.append(x); b = a; b.append(3.0); return len(a), a[n]
a = [x]; b = [x]; a.append(1.0); return len(b)
z = np.zeros(3); z[n] = x; return z[0], z[1], z[2]
z = np.zeros(3); z[-n] = x; return z[0], z[1], z[2]
z = np.zeros(3); z[n] = n; return float(z[0]) + float(z[1]) + float(z[2])
z = np.zeros(3); y = z; y[1] = x; return z[1]
z = np.zeros(3); z[1] += x; z[1] *= 2.0; return z[1]
z = np.zeros(3); z[0] = 2**53 + 1; return z[0]
z = np.zeros(3); z[0] = n if x > 1.0 else x; return z[0]
z = np.zeros(2); z[0], z[1] = x, 2.0; return z[0], z[1]
z = np.zeros(2); z[1] = x; z[0], z[1] = z[1], z[0]; return z[0], z[1]
a = [x, 2.0]; a[0], a[1] = a[1], a[0]; return a[0], a[1]
a = [x, 2.0]; i = 0; i, a[i] = 1, 5.0; return a[0], a[1]
a = [x] + [2.0]; b = a + a; b[0] = 7.0; return a[0], len(b), b[n]
a = [x]; b = a; a += [2.0]; return len(b)
a = [x]; b = a; a = a + [2.0]; return len(b)
a = [x]; take(a); return a[0], len(a)
z = np.zeros(2); fill(z, x); return z[0], z[1]
t = (x, n); u = t; t = (2.0, 3); return u[0], u[1], t[1]
t = pair(x, n); return t[0], t[1]
a, b = pair(x, n); return b, a
"""
LOOPS = r"""
s = 0.0\nfor v in REALS:\n s += float(v)\nreturn s
s = 0\nfor v in WHOLES:\n s += int(v) % 7\nreturn s
s = 0\nfor v in TRUE:\n if v:\n  s += 1\nreturn s
s = 0\nfor k in range(n % 5):\n s += k\nreturn s
k = -1\nfor k in range(n % 5):\n pass\nreturn k
k = 7\nfor k in range(3, 3):\n pass\nreturn k
k = 7\nfor k in range(5, 0, -2):\n pass\nreturn k
k = 7\nfor k in range(0, n, 2**40):\n if k > 2**60:\n  break\nreturn k
s = 0\nfor k in range(n, n + 3):\n s = s * 3 + k % 100\nreturn s
s = 0\nm = 3\nfor k in range(m):\n m = 1\n s += 1\nreturn s
r = 0\nfor k in range(6):\n if k % 2:\n  continue\n r += k\nreturn r
r = 0\nwhile r < n % 50:\n r += 3\nelse:\n r -= 1\nreturn r
r = 0\nwhile True:\n r += 1\n if r > n % 9:\n  break\nreturn r
a = [x]\nfor v in a:\n if len(a) < 4:\n  a.append(v + 1.0)\nreturn len(a), a[-1]
a = [x, 1.0, 2.0]\ns = 0.0\nfor v in a:\n a[2] = 9.0\n s += v\nreturn s
z = np.zeros(3)\ns = 0.0\nfor v in z:\n z[2] = 9.0\n s += float(v)\nreturn s
a = [1, 2]\nb = a\ns = 0\nfor v in a:\n a = [7, 8, 9]\n s += v\nreturn s, len(a)
a = [x]\nfor k in range(3):\n a.append(a[k] * 2.0)\nreturn a[n]
s = 0.0\nfor k in range(len(REALS)):\n s += float(REALS[-k])\nreturn s
s = 0\nfor i in range(2):\n for j in range(3):\n  s += int(GRID[i, j]) * n % 11\nreturn s
s = 0\nfor k in range(-n % 6, -1, -1):\n s = s * 2 + k\nreturn s
a = [k * x for k in range(3)]; return a[n]
a = [k for k in range(5) if k != n]; return len(a), a[-1]
a = [float(v) for v in REALS]; return a[0], len(a)
k = 5; a = [k for k in range(3)]; return k, len(a)
best = x\nfor v in (2.0, x, -0.0):\n best = max(best, v)\nreturn best
s = 0\nfor k in range(n):\n s += 1\n if s > 4:\n  return s\nreturn -1
s = 0\nfor a, b in NESTED:\n s += a * b\nreturn s
s = 0\nfor v in EMPTY:\n s += 1\nreturn s
z = np.zeros(2)\nif len(z):\n return 1.0\nreturn 2.0
k = n\nwhile k:\n k = k // 2 if k > 0 else 0\nreturn k
"""
RAISED = r"""
return EMPTY[n]
s = 0.0\nfor k in range(len(REALS)):\n s += float(REALS[k + 1])\nreturn s
a = [k * x for k in range(3)]; b = a[n]; return a[0]
a = [k for k in range(3)]; d = x / n; return a[0]
a = [k * x for k in range(3)]; z = np.zeros(2); z[n] = x; return a[0]
"""
LEFT_OVER = r"""
return (x, 2.0)[x]
return [x, 2.0][x > 1.0]
return (x, 2.0)[x > 1.0]
return REALS[x > 1.0]
return REALS[TRUE[0]]
return REALS[x]
return len(REALS[1:3])
return len([x, 2.0][0:1])
return (x, 2.0, 3.0)[1:][0]
return REALS[::-1][0]
return SHORT[n % 2]
return BYTES[n % 2]
return HALVES[n % 2]
return SWAPPED[0]
return REALS[REALS > 1.0][0]
return REALS[(0, 1)]
return GRID[0][0:2][0]
return GRID[n % 2]
return MIXED[n % 2]
return UNLIKE[n % 2]
return (n, x)[n % 2]
return NAMES[n % 2] == "a"
return LIST[n % 2]
return DEEP[0][0]
REALS[0] = x; return 1.0
LIST[0] = x; return 1.0
z = np.zeros(3, np.int64); z[0] = x; return 1.0
z = np.zeros(3, np.float32); z[0] = x; return z[0]
z = np.zeros(3); z[:] = x; return z[0]
z = np.zeros(3); z[0:2] = x; return z[0]
z = np.zeros(3); z[x > 0] = 1.0; return z[0]
z = np.zeros((2, 2)); return z[0, 0]
z = np.zeros(3); z += 1.0; return z[0]
z = np.zeros(3); y = z.copy(); return y[0]
z = np.empty(3); return 1.0
z = np.arange(n); return 1.0
z = np.array([x, 2.0]); return z[0]
a = [x, 2.0]; a[0] = n; return a[0]
a = [n, 2]; a[0] = x; return a[0]
a = [n, 2.0]; return a[0]
a = [1, True]; return a[0]
a = [x]; a.append(n); return a[1]
a = [x, 2.0]; a.pop(); return len(a)
a = [x, 2.0]; a.sort(); return a[0]
a = [x, 2.0]; a.insert(0, 1.0); return a[0]
a = [x, 2.0]; a.extend([1.0]); return a[0]
a = [x, 2.0]; a.remove(2.0); return a[0]
a = [x, 2.0]; a.clear(); return len(a)
a = [x, 2.0]; a.reverse(); return a[0]
a = [x, 2.0]; return a.index(2.0)
a = [x, 2.0]; return a.count(2.0)
a = [x, 2.0]; del a[0]; return a[0]
a = [x, 2.0]; a[0:1] = [1.0]; return a[0]
a = [x] * 3; return len(a)
a = (x,) * 3; return len(a)
return len((x,) + (1.0, 2.0))
a = [x] + [n]; return len(a)
a = [[x], [2.0]]; return a[0][0]
a = [(x, n)]; return a[0][0]
a, *b = (x, 1.0, 2.0); return a
a, b = [x, 2.0]; return a
a, b = REALS; return a
return x in (1.5, 2.0)
return (x, 2.0) == (1.5, 2.0)
return (x, 2.0) < (1.5, 3.0)
return [x] == [1.5]
t = (x,) if x > 1.0 else (x, 2.0); return len(t)
s = 0.0\nfor i, v in enumerate(THREE):\n s += i * v\nreturn s
s = 0.0\nfor v, w in zip(THREE, (1.0, 2.0)):\n s += v * w\nreturn s
s = 0.0\nfor v in reversed(THREE):\n s += v\nreturn s
s = 0.0\nfor v in sorted([x, 2.0]):\n s += v\nreturn s
s = 0.0\nfor v in MIXED:\n s += v\nreturn s
s = 0.0\nfor v in (n, x):\n s += v\nreturn s
s = 0.0\nfor row in GRID:\n s += row[0]\nreturn s
s = 0.0\nfor v in SHORT:\n s += v\nreturn s
s = 0.0\nfor v in NO:\n s += v\nreturn s
s = 0\nfor v in LIST:\n s += 1\nreturn s
s = 0\nfor v in "abc":\n s += 1\nreturn s
s = 0\nfor k in range(3.0):\n s += k\nreturn s
s = 0\nfor k in range(TRUE[0]):\n s += k\nreturn s
s = 0\nfor k in range(x > 0.0):\n s += k\nreturn s
s = 0\nfor k in range(WHOLES[0]):\n s += k\nreturn s
s = 0\nr = range(4)\nfor k in r:\n s += r[k]\nreturn s, len(r)
for v in EMPTY:\n pass\nreturn v
for k in range(0):\n pass\nreturn k
it = iter([x, 2.0]); return next(it)
return max([x, 2.0])
return max(THREE)
return min(THREE)
return sum(THREE)
return any([x > 1.0])
return all((x > 1.0, True))
a = [x, 2.0]; return bool(a)
a = [x, 2.0]\nif a:\n return 1.0\nreturn 2.0
t = (x, 2.0)\nif t:\n return 1.0\nreturn 2.0
a = [[k, k] for k in range(2)]; return a[0][0]
a = [(k, x) for k in range(2)]; return a[0][0]
a = {1: x}; return a[1]
a = {1, 2}; return len(a)
s = 0.0\nfor v in (k * x for k in range(3)):\n s += v\nreturn s
return REALS.size
return REALS.shape[0]
return THREE.count(1.5)
return THREE.index(1.5)
return GRID[1, 1:][0]
return GRID[..., 0][0]
return GRID[None, 0, 0]
a = [float(REALS[0])]; a.append(REALS[1]); return a[1]
a = [REALS[0], REALS[1]]; return a[0]
z = np.zeros(2); a = [z[0]]; return a[0]
return float(REALS[WHOLES[0] - 2]) if n else 1.0
return GRID[1][n]
s = 0.0\nfor v in THREE:\n s += v\nreturn s, v
s = 0\nfor v in (n, 2, 3):\n s += v\nreturn s, v
s = 0.0\nfor v in [x, 2.0]:\n s += v\nreturn s, v
s = 0\nfor k in range(3):\n k = k * 2\n s += k\nreturn s, k
r = 0\nfor k in range(6):\n if k == n:\n  break\n r = k\nelse:\n r = -1\nreturn r, k
r = 0\nfor i in range(3):\n for j in range(3):\n  if j == n:\n   break\n  r += 10 * i + j\nreturn r, i, j
"""
HELPERS = """
def take(a):
    a[0] = 4.0
    a.append(1.0)
def fill(z, x):
    z[1] = x
    z[0] += 1.0
def pair(x, n):
    return x * 2.0, n
"""


def rows(table: str) -> list[str]:
    """The bodies of a table, one a line."""
    return [line for line in table.strip("\n").splitlines() if line]


def text(body: str) -> str:
    """A function of a body: statements stand beside each other, or are lines with their indents."""
    lines = body.split("\\n") if "\\n" in body else body.split("; ")
    return HELPERS + "\ndef f(x, n):\n" + "\n".join(f"    {line}" for line in lines) + "\n"
