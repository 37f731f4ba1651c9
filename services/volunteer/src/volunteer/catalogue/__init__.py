"""The lists a city may change by file: skills, kinds of team and of activity, themes."""

import tomllib
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict

from contracts.fields import Code

OURS = Path(__file__).parent


class Title(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    zh: str
    en: str


List = dict[Code, Title]


class Catalogue(BaseModel):
    """Code → title, for each list; a file has the name of its field."""

    model_config = ConfigDict(frozen=True)

    skills: List
    team_kinds: List
    activity_kinds: List
    themes: List

    @classmethod
    def load(cls, theirs: Path | None = None) -> Self:
        """Reads files: each from the city's folder where it is there, else ours.

        Raises ValueError, naming what is wrong, for a file that is not such a list.
        """
        return cls.model_validate({name: _read(name, theirs) for name in cls.model_fields})


def _read(name: str, theirs: Path | None) -> object:
    ours = OURS / f"{name}.toml"
    own = theirs / ours.name if theirs else ours
    return tomllib.loads((own if own.exists() else ours).read_text(encoding="utf-8"))
