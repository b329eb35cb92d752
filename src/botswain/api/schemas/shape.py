"""What all shapes share: nothing unknown is taken, decimals travel as text, times as whole milliseconds.

A price, a quantity or an amount of money is text, such as "0.00100000": JSON's numbers are floats in most readers.
Fractions (a drawdown, a rate) are numbers. A list is a page: items, how many there are in all, and where it begins.
"""

from __future__ import annotations

from typing import Annotated, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field

Item = TypeVar("Item")

EXACT = r"^-?(0|[1-9][0-9]{0,29})(\.[0-9]{1,18})?$"
CLOCK = r"^(([01][0-9]|2[0-3]):[0-5][0-9])?$"
ASSET = r"^[A-Z0-9]{1,20}$"
Exact = Annotated[
    str,
    Field(pattern=EXACT, examples=["125.50"], description="a decimal as text"),
]
TimeMs = Annotated[int, Field(ge=0, le=9_999_999_999_999, examples=[1_767_225_600_000], description="milliseconds UTC")]
Name = Annotated[str, Field(min_length=1, max_length=128)]


class Shape(BaseModel):
    """Base of every schema."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Page(Shape, Generic[Item]):
    """A part of a list.

    total  how many there are in all; a list that is longer than 10,000 is counted so far only (or to the end of this
           page), so that a page of a million rows costs no more than one of a hundred
    """

    items: list[Item]
    total: int = Field(ge=0, description="how many there are; long lists are counted to 10,000 only")
    limit: int = Field(ge=1)
    offset: int = Field(ge=0)


class Leaf(Page[Item], Generic[Item]):
    """A page that says where the following one begins: `next`, given as `after`. offset: as it was asked for."""

    next: str | None = Field(description="where the following page begins; null where there is none")


class Problem(Shape):
    """What went wrong, as RFC 9457 says it: `code` is stable, `field` is a JSON pointer to what is at fault."""

    type: str = Field(examples=["about:blank"])
    title: str = Field(examples=["Not valid"])
    status: int = Field(ge=400, le=599)
    detail: str = Field(examples=["parameter levels is 900; write 1 to 500"])
    code: str = Field(examples=["bad_input"])
    field: str | None = Field(default=None, examples=["/parameters/levels"])
    errors: list[FieldProblem] = []


class FieldProblem(Shape):
    """One of several things at fault."""

    field: str
    detail: str


Problem.model_rebuild()
