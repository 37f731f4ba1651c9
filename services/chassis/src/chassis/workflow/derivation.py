"""How a date came about, as one line for whoever asks why."""

from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from typing import Literal

from chassis.workflow.deadline import Deadline
from chassis.workflow.workdays import day_of, is_holiday, is_make_up

Language = Literal["zh", "en"]


def derivation(deadline: Deadline, language: Language) -> str:
    """Raise CalendarUnpublished as `Deadline.due` does.

    `15 workdays from 2024-09-27: skips 7 holidays, counts make-up workdays 2024-09-29 and
    2024-10-12; due by the end of 2024-10-23`. Plain weekends go without saying.
    """
    return _chinese(deadline) if language == "zh" else _english(deadline)


def _english(deadline: Deadline) -> str:
    last = deadline.last_day()
    holidays, made_up = _exceptions(deadline, last)
    said = []
    if holidays:
        said.append(f"skips {holidays} holiday{'s' * (holidays > 1)}")
    if made_up:
        listed = " and ".join(filter(None, [", ".join(made_up[:-1]), made_up[-1]]))
        said.append(f"counts make-up workday{'s' * (len(made_up) > 1)} {listed}")
    said += [f"stood still from {start} to {end or 'now'}" for start, end in _pauses(deadline)]
    if deadline.extension:
        said.append(f"extended on {day_of(deadline.extension.given_at)}")
    due = "stands still now" if last is None else f"due by the end of {last}"
    return f"{deadline.span} from {day_of(deadline.start)}: " + "; ".join(
        filter(None, [", ".join(said), due])
    )


def _chinese(deadline: Deadline) -> str:
    last = deadline.last_day()
    holidays, made_up = _exceptions(deadline, last)
    said = []
    if holidays:
        said.append(f"跳过{holidays}个节假日")
    if made_up:
        said.append(f"计入调休上班日{'、'.join(made_up)}")
    said += [f"{start}至{end or '今'}暂停计时" for start, end in _pauses(deadline)]
    if deadline.extension:
        said.append(f"{day_of(deadline.extension.given_at)}延期")
    unit = "个工作日" if deadline.span.unit == "workdays" else "日"
    due = "目前暂停计时" if last is None else f"{last}日终前到期"
    return f"自{day_of(deadline.start)}起{deadline.span.count}{unit}：" + "；".join(
        filter(None, ["，".join(said), due])
    )


def _exceptions(deadline: Deadline, last: date | None) -> tuple[int, list[str]]:
    if last is None or deadline.span.unit == "days":
        return 0, []
    return _exceptions_after(day_of(deadline.start), last)


@lru_cache(maxsize=1024)
def _exceptions_after(start: date, last: date) -> tuple[int, list[str]]:
    days = [date.fromordinal(n) for n in range(start.toordinal() + 1, last.toordinal() + 1)]
    return sum(map(is_holiday, days)), [str(day) for day in days if is_make_up(day)]


def _pauses(deadline: Deadline) -> Iterator[tuple[date, date | None]]:
    for pause in deadline.pauses:
        first, until = day_of(pause.start), pause.end and day_of(pause.end)
        if first != until:
            yield first, until
