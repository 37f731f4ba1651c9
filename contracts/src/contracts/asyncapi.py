"""The AsyncAPI 3 document of the whole bus, from the CATALOGUE."""

from typing import Any

from contracts import CATALOGUE, CONTENT_TYPE, SERVICES, Event, Topic, durable
from contracts.schemas import data_schema

PARAMETERS = {
    "province": "First two digits of the area code.",
    "city": "Third and fourth digit; 00 for the province itself.",
    "county": "Fifth and sixth digit; 00 for the city itself.",
}


def document() -> dict[str, Any]:
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Liuchi events",
            "version": "1.0.0",
            "license": {"name": "Apache-2.0"},
            "description": "Every event of the system as CloudEvents 1.0 on NATS JetStream. "
            "Each service writes the stream of its own name.",
        },
        "defaultContentType": CONTENT_TYPE,
        "channels": {topic.event.type: _channel(topic) for topic in CATALOGUE},
        "operations": dict(_operations()),
        "components": {
            "messages": {topic.event.type: _message(topic.event) for topic in CATALOGUE},
            "schemas": {topic.event.type: _payload(topic.event) for topic in CATALOGUE},
        },
    }


def _channel(topic: Topic) -> dict[str, Any]:
    event = topic.event
    return {
        "address": event.type + ".{province}.{city}.{county}",
        "description": _sentence(event),
        "messages": {"event": {"$ref": f"#/components/messages/{event.type}"}},
        "parameters": {name: {"description": text} for name, text in PARAMETERS.items()},
    }


def _operations() -> list[tuple[str, dict[str, Any]]]:
    said = [
        (f"{topic.said_by}-says-{topic.event.type}", _operation("send", topic.event))
        for topic in CATALOGUE
    ]
    heard = [
        (
            f"{listener}-hears-{topic.event.type}",
            _operation("receive", topic.event)
            | {"x-durable": durable(listener, topic.said_by), "x-stream": topic.said_by},
        )
        for listener in SERVICES
        for topic in CATALOGUE
        if listener in topic.heard_by
    ]
    return said + heard


def _operation(action: str, event: type[Event]) -> dict[str, Any]:
    return {"action": action, "channel": {"$ref": f"#/channels/{event.type}"}}


def _message(event: type[Event]) -> dict[str, Any]:
    return {
        "name": event.type,
        "title": event.__name__,
        "summary": _sentence(event),
        "contentType": CONTENT_TYPE,
        "payload": {"$ref": f"#/components/schemas/{event.type}"},
    }


def _payload(event: type[Event]) -> dict[str, Any]:
    text: dict[str, Any] = {"type": "string"}
    moment = text | {"format": "date-time"}
    identity = text | {"format": "uuid"}
    data = data_schema(event)
    definitions = data.pop("$defs", {})
    return {
        "type": "object",
        "required": ["specversion", "id", "source", "type", "subject", "time", "area", "data"],
        "properties": {
            "specversion": {"const": "1.0"},
            "id": identity,
            "source": {"const": "/" + event.type.partition(".")[0]},
            "type": {"const": event.type},
            "subject": text,
            "time": moment,
            "datacontenttype": {"const": "application/json"},
            "dataschema": {"const": data["$id"]},
            "sequence": text | {"pattern": "^[0-9]{10}$"},
            "area": text | {"pattern": "^[0-9]{12}$"},
            "actor": text,
            "causationid": identity,
            "correlationid": identity,
            "traceparent": text,
            "data": data,
        },
    } | ({"$defs": definitions} if definitions else {})


def _sentence(event: type[Event]) -> str:
    return (event.__doc__ or "").partition("\n")[0]
