"""An observation: noted, or made into a case. Until it is assessed it is a record (I-34)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.decider import Decider, Refused
from contracts import Event
from contracts.intake import ObservationReported


@dataclass(frozen=True)
class Became:
    """The case it became."""

    case_id: UUID
    kind: str


@dataclass(frozen=True)
class AssessObservation:
    observation_id: UUID
    area: str
    observer_id: UUID
    channel_id: UUID
    theme: str
    became: Became | None
    """None: no more than a note."""
    at: datetime


def decide(said: ObservationReported | None, command: AssessObservation) -> Sequence[Event]:
    if said is not None:
        raise Refused(f"this observation became a {said.became} already; that stays so")
    became = command.became
    return [
        ObservationReported(
            area=command.area,
            time=command.at,
            observation_id=command.observation_id,
            observer_id=command.observer_id,
            channel_id=command.channel_id,
            theme=command.theme,
            became="case" if became else "note",
            case_id=became.case_id if became else None,
            case_kind=became.kind if became else None,
        )
    ]


def evolve(said: ObservationReported | None, event: Event) -> ObservationReported | None:
    return event if isinstance(event, ObservationReported) else said


decider = Decider[ObservationReported | None, AssessObservation](None, decide, evolve)
