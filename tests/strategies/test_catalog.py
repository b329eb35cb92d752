"""The bots that ship, found by name."""

import pytest

from botswain.model.errors import BadInput
from botswain.strategies.catalog import PLACES, strategy_class


@pytest.mark.parametrize("name", sorted(PLACES))
def test_every_bot_is_found_by_the_name_it_calls_itself(name):
    found = strategy_class(name)
    assert found.label() == name
    assert found.__doc__
    assert all(param.help for param in found.parameters().values())
    found()


def test_an_unknown_bot_is_refused_with_the_near_name():
    with pytest.raises(BadInput, match=r"strategy 'gird' is unknown; did you mean 'grid'\?"):
        strategy_class("gird")
