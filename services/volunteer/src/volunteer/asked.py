"""On whose behalf a command is carried out, and what they have seen."""

from dataclasses import dataclass

from chassis.access import Caller
from chassis.event_log import Origin
from chassis.execute import EVERYWHERE
from chassis.web.etag import Seen

ANY_VERSION = Seen(None)


@dataclass(frozen=True)
class Asked:
    origin: Origin
    within: str = EVERYWHERE
    """Territory the command must keep to, a prefix of area codes."""
    seen: Seen = ANY_VERSION
    """Versions of the aggregate they decided on."""


def by(caller: Caller, seen: Seen = ANY_VERSION) -> Asked:
    """Within the caller's own territory, as everything is unless the rules give more."""
    return Asked(Origin(actor=caller.actor), caller.territory, seen)
