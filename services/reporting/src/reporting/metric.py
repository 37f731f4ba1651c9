"""What a metric is: data that says which events add how much to which number.

A file of metrics is a list of tables:

    [[metric]]
    id = "cases_open"                 # its name for good
    version = 1                       # one more whenever what it counts changes
    title = { zh = "在办事项", en = "Open cases" }
    unit = { zh = "件", en = "cases" }
    kind = "stock"                    # flow: sum in a period; stock: sum up to its end;
                                      # distinct: keys present at its end; ratio: of two others
    dimensions = ["kind"]             # fields by which it may be asked for; `fields.level` is the
                                      # value under `level` of a field that holds several
    figures = ["huainan2024-09"]      # figures of the source texts it answers
    headline = true                   # one of the first numbers of a page
    [[metric.source]]
    event = "intake.case.closed.v1"
    value = -1                        # or a field, or { field = "hours", times = 100 }
    where = { kind = ["request", "dispute"], "numbers.trips" = [0, 1] }
"""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from contracts.fields import Code


class Definition(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Words(Definition):
    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)


class Scaled(Definition):
    """A field that is no whole number: facts are, so that sums do not depend on their order."""

    field: str
    times: int = Field(ge=1)


Wanted = str | bool | int


class Source(Definition):
    event: str
    value: int | str | Scaled = 1
    where: dict[str, Wanted | tuple[Wanted, ...]] = {}
    condition: Code = "present"
    """For distinct counts: a key counts while the values of each condition add up to above zero."""


class Metric(Definition):
    id: Code
    version: int = Field(ge=1)
    title: Words
    unit: Words
    kind: Literal["stock", "flow", "ratio", "distinct"]
    source: tuple[Source, ...] = ()
    dimensions: tuple[str, ...] = ()
    figures: tuple[str, ...] = ()
    headline: bool = False
    decimals: int = Field(0, ge=0, le=6)
    divisor: int = Field(1, ge=1)
    """What the sum of values is divided by to be shown in the unit."""
    key: str | None = None
    """For distinct counts: the field that names who or what is counted."""
    numerator: str | None = None
    denominator: str | None = None
    factor: int = Field(1, ge=1)

    @property
    def parts(self) -> tuple[str, ...]:
        """The counted metrics it is made of: itself, unless it is a ratio."""
        if self.numerator and self.denominator:
            return (self.numerator, self.denominator)
        return (self.id,)
