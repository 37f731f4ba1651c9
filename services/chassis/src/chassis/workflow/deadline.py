"""How long something may take, and until when that is.

The day it starts is not counted; it ends with the last counted day. A day on which the clock stood
still at midnight is not counted either. `days` are calendar days of Asia/Shanghai, none skipped.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal, Self

from chassis.workflow.workdays import day_of, end_of, nth_workday_after, workdays_in

_ONE_DAY = timedelta(days=1)
_WRITTEN = re.compile(r"([1-9][0-9]{0,2}) (day|workday)s?")


@dataclass(frozen=True, slots=True)
class Span:
    """`15 workdays`, `60 days`: between 1 and 999 of either."""

    count: int
    unit: Literal["days", "workdays"]

    @classmethod
    def parse(cls, text: object) -> Self:
        """Raise ValueError with a sentence when it is not written like that."""
        written = _WRITTEN.fullmatch(text) if isinstance(text, str) else None
        if written is None:
            raise ValueError("a span of time is written like `15 workdays` or `60 days`")
        return cls(int(written[1]), "days" if written[2] == "day" else "workdays")

    def after(self, day: date) -> date:
        """The last counted day. Raise CalendarUnpublished when it is not known yet."""
        if self.unit == "workdays":
            return nth_workday_after(day, self.count)
        return day + timedelta(days=self.count)

    def __str__(self) -> str:
        return f"{self.count} {self.unit if self.count > 1 else self.unit[:-1]}"


@dataclass(frozen=True, slots=True)
class Pause:
    """A time that is not counted; without an end, the clock stands now. Aware instants."""

    start: datetime
    end: datetime | None = None


@dataclass(frozen=True, slots=True)
class Extension:
    """At `given_at` it was agreed that the step is due at `due_at`. Aware instants."""

    step: str
    given_at: datetime
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Deadline:
    """A span that started at an aware instant; its pauses in order and apart, the last extension.

    An extension stands as it was given: only pauses that start after it move it.
    """

    span: Span
    start: datetime
    pauses: Sequence[Pause] = ()
    extension: Extension | None = None

    def due(self) -> datetime | None:
        """The first instant that is too late, UTC; None while the clock stands before it.

        Raise CalendarUnpublished when the days to count are not known yet.
        """
        last = self.last_day()
        return None if last is None else end_of(last)

    def last_day(self) -> date | None:
        """The Shanghai day at whose end it is due. As `due`."""
        last = self._without_pauses()
        for pause in self.pauses:
            stopped = max(day_of(pause.start), day_of(self.start) + _ONE_DAY)
            if stopped > last:
                break
            if self.extension and pause.start < self.extension.given_at:
                continue
            if pause.end is None:
                return None
            missed = self._counted(stopped, day_of(pause.end))
            last = Span(missed, self.span.unit).after(last)
        return last

    def _without_pauses(self) -> date:
        if self.extension:
            return day_of(self.extension.due_at) - _ONE_DAY
        return self.span.after(day_of(self.start))

    def _counted(self, first: date, until: date) -> int:
        if self.span.unit == "workdays":
            return workdays_in(first, until)
        return max((until - first).days, 0)
