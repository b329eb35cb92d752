"""Ends the program when it is loaded."""

import sys

from botswain import Strategy  # noqa: F401

sys.exit("done")
