"""YAML in which no key has two values: what is written twice is refused, not read by its last word.

YAML's own readers keep the last and say nothing, so a second `limits:` further down would take a bot's first one away.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import yaml
from yaml.constructor import ConstructorError

MERGE = "tag:yaml.org,2002:merge"


class Once(yaml.SafeLoader):
    """Reads as SafeLoader does."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        """A mapping. Raises ConstructorError where a key stands in it twice."""
        refuse_twice(node)
        return super().construct_mapping(node, deep)


class TextOnce(yaml.BaseLoader):
    """Reads every value as the text it was written as."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        """A mapping. Raises ConstructorError where a key stands in it twice."""
        refuse_twice(node)
        return super().construct_mapping(node, deep)


def refuse_twice(node: yaml.MappingNode) -> None:
    """Raise ConstructorError, naming key and lines, where a key stands in a mapping twice."""
    lines: dict[str, int] = {}
    for key, _ in node.value:
        if key.tag == MERGE or not isinstance(key, yaml.ScalarNode):
            continue
        line = key.start_mark.line + 1
        if key.value in lines:
            raise ConstructorError(
                None, None, f"{key.value} is given twice, in lines {lines[key.value]} and {line}; give it once", None
            )
        lines[key.value] = line
