"""What happened to a case, each event as a sentence in both languages. Roles, never names."""

from collections.abc import Sequence
from dataclasses import dataclass

from chassis.workflow.kind import Kind
from chassis.workflow.workdays import SHANGHAI, last_day_of
from contracts import Envelope, Event
from contracts.intake import (
    CaseClassified,
    CaseClockResumed,
    CaseClockSuspended,
    CaseClosed,
    CaseDeadlineExtended,
    CaseDispatched,
    CaseEscalated,
    CaseFiled,
    CaseLinked,
    CaseReopened,
    CaseRevisited,
    CaseStep,
    CaseStepOverdue,
    CaseStepTaken,
    CaseWithdrawn,
    Relation,
)
from intake.desk import Desk
from intake.domain.case import JOINED, is_same
from intake.domain.routes import ROLES
from intake.domain.titles import kind_title, outcome_title, role_title, step_title, value_title
from intake.domain.values import Words

LINKED: dict[Relation, tuple[str, str]] = {
    "leads_to": ("转出为“{zh}”", "It led to another matter ({en})"),
    "comes_from": ("由“{zh}”转来", "It came out of another matter ({en})"),
    "has_part": ("分办出“{zh}”", "A part was split off ({en})"),
    "part_of": ("为“{zh}”的一部分", "It is a part of another matter ({en})"),
    "joins": ("并入同一事项“{zh}”", "It joined a case of the same matter ({en})"),
    "joined_by": ("同一事项“{zh}”并入本件", "A case of the same matter joined it ({en})"),
}

SYSTEM = Words(zh="系统", en="The system")
STAFF = Words(zh="工作人员", en="The staff")


@dataclass(frozen=True)
class Telling:
    """How events of cases of one kind are told."""

    desk: Desk
    kind: Kind

    def words(self, envelope: Envelope, before: Sequence[Envelope]) -> Words:
        """`before`: what had happened to the case until then."""
        event = envelope.event
        who, what = self._who(envelope, before), self._what(event, before)
        at = event.time.astimezone(SHANGHAI)
        return Words(
            zh=f"{who.zh} {at:%Y-%m-%d %H:%M} {what.zh}",
            en=f"{who.en}, {at:%Y-%m-%d %H:%M}: {what.en}",
        )

    def _who(self, envelope: Envelope, before: Sequence[Envelope]) -> Words:
        """As whom it was done. Staff who may do it in several roles are just staff."""
        event = envelope.event
        if isinstance(event, CaseStepOverdue) or getattr(event, "is_automatic", False):
            return SYSTEM
        by = self._takers(event)
        if envelope.actor is None:
            has_come_by_itself = envelope.causation_id is not None or "resident" not in by
            return SYSTEM if has_come_by_itself else self._role("resident")
        by = [role for role in by if role not in ("resident", "volunteer")]
        holder = _holder(before)
        if holder in by:
            return self._role(holder)
        return self._role(by[0]) if len(by) == 1 else STAFF

    def _role(self, role: str) -> Words:
        return role_title(self.desk.lists.roles, role)

    def _takers(self, event: Event) -> Sequence[str]:
        if isinstance(event, CaseFiled):
            source = self.kind.fields.get("source", {}).get(event.source)
            files = source.suggests.get("by") if source else None
            return [files] if files else self.kind.steps[0].by
        if isinstance(event, CaseStep) and self.kind.has(event.step):
            return self.kind.step(event.step).by
        return ()

    def _what(self, event: Event, before: Sequence[Envelope]) -> Words:
        match event:
            case CaseFiled(source=source):
                return self._step(event, value_title(self.kind, "source", source))
            case CaseClassified(category=category):
                return self._step(event, value_title(self.kind, "category", category))
            case CaseDispatched():
                return self._step(event, self._route(event))
            case CaseEscalated(to=level):
                return self._step(event, value_title(self.kind, "level", level))
            case CaseRevisited(satisfaction=stars):
                return self._step(event, Words(zh=f"评分{stars}", en=f"{stars} of 5"))
            case CaseClosed(outcome=outcome) if outcome != event.step:
                return self._step(event, outcome_title(self.kind, outcome))
            case CaseStepTaken(outcome=str(outcome)):
                return self._step(event, outcome_title(self.kind, outcome))
            case CaseStepTaken() | CaseClosed() | CaseReopened() | CaseWithdrawn():
                return step_title(self.kind, event.step)
            case CaseLinked():
                return self._linked(event, before)
            case _:
                return self._of_the_clock(event)

    def _of_the_clock(self, event: Event) -> Words:
        match event:
            case CaseStepOverdue(step=step, due_at=due_at, escalated_to=role):
                title, called = step_title(self.kind, step), self._role(role) if role else None
                day = last_day_of(due_at)
                return Words(
                    zh=f"“{title.zh}”超期（最迟应于{day}完成）"
                    + (f"，提请{called.zh}处理" if called else "，无上级可提请"),
                    en=f"“{title.en}” is late (it was due on {day} at the latest)"
                    + (f"; called: {called.en}" if called else "; nobody above is called"),
                )
            case CaseDeadlineExtended(step=step, due_at=due_at):
                title, day = step_title(self.kind, step), last_day_of(due_at)
                return Words(
                    zh=f"“{title.zh}”延期，最迟{day}",
                    en=f"“{title.en}” extended, to {day} at the latest",
                )
            case CaseClockSuspended():
                return Words(zh="暂停计时", en="The clock stands still")
            case CaseClockResumed():
                return Words(zh="恢复计时", en="The clock runs again")
        raise KeyError(event.type)

    def _step(self, event: CaseStep, more: Words) -> Words:
        title = step_title(self.kind, event.step)
        if event.step == JOINED:
            return title
        return Words(zh=f"{title.zh}：{more.zh}", en=f"{title.en}: {more.en}")

    def _route(self, event: CaseDispatched) -> Words:
        to = value_title(self.kind, "to", event.to)
        if event.department is None:
            return to
        department = value_title(self.kind, "department", event.department)
        return Words(zh=f"{to.zh}（{department.zh}）", en=f"{to.en} ({department.en})")

    def _linked(self, event: CaseLinked, before: Sequence[Envelope]) -> Words:
        other = self.desk.kinds.get(event.to_kind)
        title, (zh, en) = kind_title(other, event.to_kind), LINKED[event.relation]
        told = Words(zh=zh.format(zh=title.zh), en=en.format(en=title.en))
        if event.outcome is None:
            said = (envelope.event for envelope in before)
            if any(isinstance(each, CaseLinked) and is_same(each, event) for each in said):
                return Words(zh=f"{told.zh}，已重新办理", en=f"{told.en}; it is open again")
            return told
        came_to = outcome_title(other, event.outcome)
        return Words(zh=f"{told.zh}，结果：{came_to.zh}", en=f"{told.en}; it ended: {came_to.en}")


def _holder(before: Sequence[Envelope]) -> str:
    """The role that the case lay with; empty when with none."""
    for envelope in reversed(before):
        if isinstance(envelope.event, CaseDispatched):
            return ROLES[envelope.event.to]
    return ""
