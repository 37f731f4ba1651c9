"""What whoever brought a matter in should be told when something happens to it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from chassis.workflow.kind import Kind
from chassis.workflow.workdays import day_of
from contracts import Event
from contracts.intake import CaseDeadlineExtended, CaseLinked, CaseStep, CaseStepOverdue
from intake.domain.titles import in_words, kind_title, outcome_title, step_title
from intake.domain.values import Words


@dataclass(frozen=True)
class Notice:
    about: str
    """`step`, `overdue`, `extended`, or of another case `linked` and `ended`."""
    step: str
    """The step it is about; of another case, what that one is to this one."""
    words: Words
    at: datetime


def told(kinds: Mapping[str, Kind], kind: Kind, said: Iterable[Event]) -> list[Notice]:
    """One for each event that says something to whoever is not at work on the matter."""
    return [notice for event in said if (notice := _of(kinds, kind, event))]


def _of(kinds: Mapping[str, Kind], kind: Kind, event: Event) -> Notice | None:
    match event:
        case CaseStep(step=step, time=at):
            tells = kind.step(step).tells if kind.has(step) else None
            return Notice("step", step, in_words(tells), at) if tells else None
        case CaseStepOverdue(step=step, time=at):
            title = step_title(kind, step)
            late = Words(
                zh=f"“{title.zh}”未能按期完成，已催办。",
                en=f"“{title.en}” is late. Those in charge have been reminded.",
            )
            return Notice("overdue", step, late, at)
        case CaseDeadlineExtended(step=step, time=at, due_at=due_at):
            title, day = step_title(kind, step), day_of(due_at)
            longer = Words(
                zh=f"“{title.zh}”的期限延至{day}之前。",
                en=f"“{title.en}” takes longer: it is due before {day}.",
            )
            return Notice("extended", step, longer, at)
        case CaseLinked():
            return _of_another(kinds.get(event.to_kind), event)
        case _:
            return None


def _of_another(other: Kind | None, event: CaseLinked) -> Notice | None:
    title = kind_title(other, event.to_kind)
    match event.relation, event.outcome:
        case "joins", None:
            words = Words(
                zh="您反映的事项已与同一事项并案办理，进展以该件为准。",
                en="Yours is handled together with another of the same matter and follows it.",
            )
            return Notice("linked", event.relation, words, event.time)
        case "leads_to", None:
            words = Words(
                zh=f"您反映的事项已转为“{title.zh}”办理。",
                en=f"What you told has led to another matter: {title.en}.",
            )
            return Notice("linked", event.relation, words, event.time)
        case "leads_to", str(outcome):
            came_to = outcome_title(other, outcome)
            words = Words(
                zh=f"由您反映的事项转出的“{title.zh}”有了结果：{came_to.zh}。",
                en=f"What yours has led to ({title.en}) has ended: {came_to.en}.",
            )
            return Notice("ended", event.relation, words, event.time)
        case _:
            return None
