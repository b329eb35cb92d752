"""YAML in which no key has two values, and no number another than it seems: both are refused.

YAML's own readers keep the last and say nothing, so a second `limits:` further down would take a bot's first one away;
and they read `capital: 010000` as 4096.
"""

from __future__ import annotations

import re
from collections.abc import Hashable
from typing import Any

import yaml
from yaml.constructor import ConstructorError

MERGE = "tag:yaml.org,2002:merge"
# Whole numbers that YAML 1.1 reads as no person means them: 010 is 8, 1:30 is 90.
ODD = re.compile(r"[-+]?(0[0-9_]+|[0-9][0-9_]*(:[0-5]?[0-9])+)")

# Far more than any number here has, and far less than what Python refuses to read.
MOST_DIGITS = 400


class Once(yaml.SafeLoader):
    """Reads as SafeLoader does."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        """A mapping. Raises ConstructorError where a key stands in it twice."""
        refuse_twice(node)
        return super().construct_mapping(node, deep)


def plain_int(loader: yaml.SafeLoader, node: yaml.ScalarNode) -> int:
    """A whole number. Raises ConstructorError for one that YAML takes for an octal or a sexagesimal one."""
    written = str(loader.construct_scalar(node))
    if len(written) > MOST_DIGITS:
        line = node.start_mark.line + 1
        raise ConstructorError(None, None, f"the number in line {line} has {len(written)} digits; write fewer", None)
    found = int(loader.construct_yaml_int(node))
    if ODD.fullmatch(written):
        line = node.start_mark.line + 1
        raise ConstructorError(
            None, None, f"{written} in line {line} means {found} in YAML; write the number, or a text in quotes", None
        )
    return found


Once.add_constructor("tag:yaml.org,2002:int", plain_int)


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
