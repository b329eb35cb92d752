"""The market of `botswain up --demo`.

The seed was found by trying: on it some of the bots earn, and the hasty one loses enough to fees to reach its daily
limit within minutes.
"""

from __future__ import annotations

SEED = 16
SPEED = 60
HISTORY = 600
BALANCE = "USDT=50000"
