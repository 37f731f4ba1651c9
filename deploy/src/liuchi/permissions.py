"""What each service may say and hear on the bus: nats-server configuration from the CATALOGUE."""

from pathlib import Path

from contracts import SERVICES, durable, speakers_heard_by

PERMISSIONS = Path(__file__).parents[2] / "nats" / "permissions.conf"
OPERATOR = "operator"
COUNTING = "reporting"
USERS = (*SERVICES, OPERATOR)

HEADER = "# Generated from the CATALOGUE by `make docs`. A test fails when it is stale.\n"


def inbox_prefix(user: str) -> str:
    """Where the user's replies arrive. Every connection must be made with it."""
    return f"_INBOX.{user}"


def permissions() -> str:
    """The text of deploy/nats/permissions.conf."""
    services = [_user(name, _may_publish(name), [f"kick.{name}"]) for name in SERVICES]
    operator = _user(OPERATOR, _operator_may_publish(), [])
    return HEADER + "users: [\n" + "".join([*services, operator]) + "]\n"


def _may_publish(service: str) -> list[str]:
    own = [
        f"{service}.>",
        f"kick.{service}",
        *_may_read(service),
    ]
    return own + [
        subject
        for speaker in speakers_heard_by(service)
        for consumer in _durables(service, speaker)
        for subject in _may_hear(speaker, consumer)
    ]


def _durables(service: str, speaker: str) -> list[str]:
    """What is only counted can be counted anew, beside what is live."""
    name = durable(service, speaker)
    return [name, f"{name}-rebuild"] if service == COUNTING else [name]


def _may_read(stream: str) -> list[str]:
    """The relay asks its own stream what has arrived."""
    return [
        f"$JS.API.STREAM.INFO.{stream}",
        f"$JS.API.STREAM.MSG.GET.{stream}",
        f"$JS.API.DIRECT.GET.{stream}",
        f"$JS.API.DIRECT.GET.{stream}.>",
    ]


def _may_hear(stream: str, consumer: str) -> list[str]:
    """Make, read and acknowledge one durable. Acknowledgements come in two forms of subject."""
    return [
        f"$JS.API.STREAM.INFO.{stream}",
        f"$JS.API.CONSUMER.CREATE.{stream}.{consumer}",
        f"$JS.API.CONSUMER.CREATE.{stream}.{consumer}.>",
        f"$JS.API.CONSUMER.DURABLE.CREATE.{stream}.{consumer}",
        f"$JS.API.CONSUMER.DELETE.{stream}.{consumer}",
        f"$JS.API.CONSUMER.INFO.{stream}.{consumer}",
        f"$JS.API.CONSUMER.MSG.NEXT.{stream}.{consumer}",
        f"$JS.ACK.{stream}.{consumer}.>",
        f"$JS.ACK.*.*.{stream}.{consumer}.>",
    ]


def _operator_may_publish() -> list[str]:
    said = [subject for name in SERVICES for subject in (f"{name}.>", f"kick.{name}")]
    return ["$JS.API.>", "$JS.ACK.>", *said]


def _user(name: str, publish: list[str], subscribe: list[str]) -> str:
    hears = [f"{inbox_prefix(name)}.>", *subscribe]
    return (
        f"  {{\n    user: {name}\n    password: ${name.upper()}_NATS_PASSWORD\n"
        f"    permissions: {{\n      publish: {{ allow: [\n{_lines(publish)}      ] }}\n"
        f"      subscribe: {{ allow: [\n{_lines(hears)}      ] }}\n    }}\n  }}\n"
    )


def _lines(subjects: list[str]) -> str:
    return "".join(f'        "{subject}"\n' for subject in subjects)


if __name__ == "__main__":
    PERMISSIONS.write_text(permissions())
