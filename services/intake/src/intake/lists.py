"""The lists of values that records carry: data, read from TOML files at start.

A city's own folder may hold files of the same names: what they define is added, or takes the place
of ours under the same name.
"""

import tomllib
from collections.abc import Sequence
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from contracts.fields import Code
from intake.domain.channel import ChannelKind
from intake.domain.forum import ForumKind, Guideline
from intake.domain.mediator import MediatorKind
from intake.domain.meeting import MeetingKind
from intake.domain.values import Value


class ListsRefused(Exception):  # noqa: N818 - an answer to whoever wrote the file
    """Names the file and what is wrong with it."""


class Lists(BaseModel):
    """Code → value, for each list; a file has the name of its field."""

    model_config = ConfigDict(frozen=True)

    themes: dict[Code, Value]
    channel_kinds: dict[Code, ChannelKind]
    place_kinds: dict[Code, Value]
    facility_functions: dict[Code, Value]
    mediator_kinds: dict[Code, MediatorKind]
    mediator_skills: dict[Code, Value]
    brands: dict[Code, Value]
    forum_kinds: dict[Code, ForumKind]
    parties: dict[Code, Value]
    guidelines: dict[Code, Guideline]
    meeting_kinds: dict[Code, MeetingKind]
    roles: dict[Code, Value]


def load_lists(own: Path | None = None) -> Lists:
    """Reads files. Raises ListsRefused with a sentence for each thing wrong in them."""
    folders: list[Traversable] = [files("intake") / "lists", *([own] if own else [])]
    read = {name: _read(name, folders) for name in Lists.model_fields}
    try:
        return Lists.model_validate(read)
    except ValidationError as fault:
        raise ListsRefused("\n".join(_sentence(error) for error in fault.errors())) from None


def _read(name: str, folders: Sequence[Traversable]) -> dict[str, object]:
    found: dict[str, object] = {}
    for file in (folder / f"{name}.toml" for folder in folders):
        if file.is_file():
            try:
                found |= tomllib.loads(file.read_text(encoding="utf-8"))
            except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
                raise ListsRefused(f"{file} is not TOML in UTF-8: {fault}.") from None
    return found


def _sentence(error: Any) -> str:
    name, *path = map(str, error["loc"])
    return f"{name}.toml: {'.'.join(path)}: {error['msg']}."
