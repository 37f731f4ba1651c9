"""What whoever brought a matter in should be told when something happens to it."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from chassis.workflow.kind import Kind, Title
from chassis.workflow.workdays import last_day_of
from contracts import Event
from contracts.intake import Brought, CaseDeadlineExtended, CaseLinked, CaseStep, CaseStepOverdue
from intake.domain.case import Link, is_same
from intake.domain.links import RESIDENT
from intake.domain.titles import in_words, kind_title, outcome_title, step_title, value_title
from intake.domain.values import Words


@dataclass(frozen=True)
class Notice:
    about: str
    """`step`, `overdue`, `extended`, or of another case `linked`, `ended` and `reopened`."""
    step: str
    """The step it is about; of another case, what that one is to this one."""
    words: Words
    at: datetime


def told(
    kinds: Mapping[str, Kind], kind: Kind, said: Iterable[Event], links: Collection[Link] = ()
) -> list[Notice]:
    """One for each event that says something to whoever is not at work on the matter.

    `links`: those of the case, after what was said.
    """
    return [notice for event in said if (notice := _of(kinds, kind, event, links))]


def _of(
    kinds: Mapping[str, Kind], kind: Kind, event: Event, links: Collection[Link]
) -> Notice | None:
    match event:
        case CaseStep(step=step, time=at):
            tells = kind.step(step).tells if kind.has(step) else None
            return Notice("step", step, _with_fields(kind, tells, event), at) if tells else None
        case CaseStepOverdue():
            return _of_late_step(kind, event)
        case CaseDeadlineExtended(step=step, time=at, due_at=due_at):
            title, day = step_title(kind, step), last_day_of(due_at)
            longer = Words(
                zh=f"“{title.zh}”的期限已延长，最迟{day}。",
                en=f"“{title.en}” takes longer: {day} at the latest.",
            )
            return Notice("extended", step, longer, at)
        case CaseLinked():
            is_reopened = any(link.is_reopened and is_same(link, event) for link in links)
            tell = _of_reopened if is_reopened else _of_another
            return tell(kinds.get(event.to_kind), event)
        case _:
            return None


def _with_fields(kind: Kind, tells: Title, event: CaseStep) -> Words:
    """What the step brought of the lists that are to be seen stands behind what it tells."""
    brought = event.fields if isinstance(event, Brought) else {}
    words = in_words(tells)
    for name in kind.filer_sees:
        if name in brought:
            title = value_title(kind, name, brought[name])
            words = Words(zh=f"{words.zh}（{title.zh}）", en=f"{words.en} ({title.en})")
    return words


def _of_late_step(kind: Kind, event: CaseStepOverdue) -> Notice | None:
    """None for what whoever filed it may do, or leave."""
    step = event.step
    if kind.has(step) and RESIDENT in kind.step(step).by:
        return None
    title = step_title(kind, step)
    called = Words(zh="，已催办", en=" Those in charge have been reminded.")
    more = called if event.escalated_to else Words(zh="", en="")
    late = Words(zh=f"“{title.zh}”未能按期完成{more.zh}。", en=f"“{title.en}” is late.{more.en}")
    return Notice("overdue", step, late, event.time)


def _of_reopened(other: Kind | None, event: CaseLinked) -> Notice | None:
    title = kind_title(other, event.to_kind)
    match event.relation:
        case "joins":
            words = Words(
                zh="与您反映的事项并案办理的事项已重新办理。",
                en="The case that yours is handled together with is open again.",
            )
        case "leads_to":
            words = Words(
                zh=f"由您反映的事项转出的“{title.zh}”已重新办理。",
                en=f"What yours has led to ({title.en}) is open again.",
            )
        case _:
            return None
    return Notice("reopened", event.relation, words, event.time)


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
