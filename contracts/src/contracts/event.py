"""What every event is: a fact, in the past tense, that its service will stand by.

On the wire an event is one CloudEvents 1.0 JSON object (structured mode). `area` and `time` travel
as CloudEvents attributes, every other field inside `data`.
"""

from dataclasses import dataclass
from typing import Any, ClassVar, Self
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict
from pydantic_core import from_json, to_json

from contracts.fields import AreaCode

CONTENT_TYPE = "application/cloudevents+json"
SCHEMAS = "https://liuchi.example/contracts/schemas/"
"""Where `dataschema` points. The files stand in `contracts/schemas/` under the same names."""

_ATTRIBUTES = {"area", "time"}


class Event(BaseModel):
    """Base of all events. Readers ignore fields they do not know yet."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    type: ClassVar[str]
    """`<service>.<noun>.<participle>.v<major>`"""

    area: AreaCode
    time: AwareDatetime
    """When it happened, aware UTC."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """One event with what the bus needs to know of it (CloudEvents 1.0 context attributes)."""

    id: UUID
    subject: str
    """Log stream of the aggregate, `<noun>-<id>`."""
    version: int
    """1, 2, 3 … within the log stream; `sequence` on the wire, zero-padded to compare as text."""
    event: Event
    actor: str | None = None
    """Opaque id of whoever caused it; never a name."""
    causation_id: UUID | None = None
    correlation_id: UUID | None = None
    traceparent: str | None = None

    def to_json(self) -> bytes:
        event = self.event
        attributes = {
            "specversion": "1.0",
            "id": self.id,
            "source": "/" + event.type.partition(".")[0],
            "type": event.type,
            "subject": self.subject,
            "time": event.time,
            "datacontenttype": "application/json",
            "dataschema": f"{SCHEMAS}{event.type}.json",
            "sequence": f"{self.version:010d}",
            "area": event.area,
            "actor": self.actor,
            "causationid": self.causation_id,
            "correlationid": self.correlation_id,
            "traceparent": self.traceparent,
            "data": event.model_dump(exclude=_ATTRIBUTES),
        }
        return to_json({name: value for name, value in attributes.items() if value is not None})

    @classmethod
    def from_json(cls, body: str | bytes, event_types: dict[str, type[Event]]) -> Self:
        """Raises KeyError for a type nobody announced, ValidationError for a bad field."""
        attributes = from_json(body)
        return cls(
            id=UUID(attributes["id"]),
            subject=attributes["subject"],
            version=int(attributes["sequence"]),
            event=event_types[attributes["type"]].model_validate(_fields(attributes)),
            actor=attributes.get("actor"),
            causation_id=_optional_id(attributes.get("causationid")),
            correlation_id=_optional_id(attributes.get("correlationid")),
            traceparent=attributes.get("traceparent"),
        )


def _fields(attributes: dict[str, Any]) -> dict[str, Any]:
    return {**attributes["data"], "area": attributes["area"], "time": attributes["time"]}


def _optional_id(text: str | None) -> UUID | None:
    return None if text is None else UUID(text)


def nats_subject(event: Event) -> str:
    """`<type>.<province>.<city>.<county>`: a county's system may be allowed `*.*.*.*.34.04.02`."""
    area = event.area
    return f"{event.type}.{area[0:2]}.{area[2:4]}.{area[4:6]}"
