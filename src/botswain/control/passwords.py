"""Passwords that a guesser tries first.

Length alone lets `password1234` pass. How many guesses one takes is estimated by zxcvbn, which knows the passwords that
leaked most often, names, words, dates, keyboard rows and repeats, and the changes people make to them.
"""

from __future__ import annotations

from zxcvbn import zxcvbn

# Of 4: more than 10^8 guesses. Sign-in lets nobody make a hundred in five minutes; a stolen hash would be slow to try.
ENOUGH = 3
# It looks no further; what is longer is judged by its beginning.
READ = 72
OURS = ("botswain", "trading", "binance", "bitcoin")


def weakness(password: str, name: str) -> str | None:
    """What makes a password easy to guess, for a sentence; None where nothing does. name: whose it is to be."""
    found = zxcvbn(password[:READ], user_inputs=[name, *OURS])
    if found["score"] >= ENOUGH:
        return None
    said = [found["feedback"]["warning"], *found["feedback"]["suggestions"]]
    return " ".join(one for one in said if one) or "Add another word or two."
