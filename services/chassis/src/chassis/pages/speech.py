"""What pages say, in the reader's language: a service's own words over those of all pages."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Annotated, Literal, Protocol

from fastapi import Depends, Request, Response

if TYPE_CHECKING:
    from chassis.pages.rendering import Pages

Language = Literal["zh", "en"]

LANGUAGES: dict[str | None, Language] = {"zh": "zh", "en": "en"}

COOKIE = "liuchi_language"
COOKIE_SECONDS = 365 * 24 * 3600

Sentences = Mapping[str, Mapping[str, str]]
"""Section -> key -> text."""


class Words(Protocol):
    """A title in a file: of a kind, a step, a metric."""

    @property
    def zh(self) -> str: ...

    @property
    def en(self) -> str: ...


class Speech:
    """`say.live.paused` in a template is that text; `say(metric.title)` a thing's own words."""

    def __init__(self, sentences: Sentences, language: Language) -> None:
        self.language = language
        self.other: Language = "en" if language == "zh" else "zh"
        self._sentences = sentences

    def __getitem__(self, section: str) -> Mapping[str, str]:
        return self._sentences[section]

    def __call__(self, words: Words) -> str:
        return words.zh if self.language == "zh" else words.en


@cache
def sentences(package: str, language: Language) -> Sentences:
    """Those of the package over ours, key by key."""
    said: dict[str, dict[str, str]] = {}
    for each in (__package__, package):
        table = tomllib.loads(files(each).joinpath("words.toml").read_text(encoding="utf-8"))
        for section, texts in table.items():
            of_section = said.setdefault(section, {})
            of_section |= {key: words[language] for key, words in texts.items()}
    return said


def speech_of(request: Request) -> Speech:
    """By `?lang=`, else as chosen before, else what the browser prefers; Chinese in doubt."""
    pages: Pages = request.app.state.pages
    language = _chosen(request) or preferred(request.headers.get("accept-language", ""))
    return Speech(sentences(pages.package, language), language)


def remember(request: Request, response: Response, say: Speech) -> None:
    if "lang" in request.query_params:
        response.set_cookie(COOKIE, say.language, COOKIE_SECONDS, httponly=True, samesite="lax")


def _chosen(request: Request) -> Language | None:
    for asked in (request.query_params.get("lang"), request.cookies.get(COOKIE)):
        if asked in LANGUAGES:
            return LANGUAGES[asked]
    return None


def preferred(accepted: str) -> Language:
    """RFC 9110, 12.5.4: the first of ours with the highest weight."""
    weights: dict[Language, float] = {"zh": 0.0, "en": 0.0}
    for part in accepted.split(","):
        tag, _, weight = part.strip().partition(";q=")
        if language := LANGUAGES.get(tag[:2].lower()):
            weights[language] = max(weights[language], _weight(weight))
    return "en" if weights["en"] > weights["zh"] else "zh"


def _weight(text: str) -> float:
    try:
        return float(text or 1)
    except ValueError:
        return 0.0


Say = Annotated[Speech, Depends(speech_of)]
"""A route's parameter: `say: Say`."""
