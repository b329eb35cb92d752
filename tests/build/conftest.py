"""The author of strategies, for the tests of what becomes of them."""

from tests.build.authors import author

__all__ = ["author"]
