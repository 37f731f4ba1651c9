"""What the pages say, in the reader's language."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from fastapi import Depends, Request, Response

from reporting.metric import Words

Language = Literal["zh", "en"]

LANGUAGES: dict[str | None, Language] = {"zh": "zh", "en": "en"}

COOKIE = "liuchi_language"
COOKIE_SECONDS = 365 * 24 * 3600

FILE = Path(__file__).with_name("words.toml")

Sentences = Mapping[str, Mapping[str, str]]
"""Section -> key -> text."""


class Speech:
    """`say.live.paused` in a template is that text; `say(metric.title)` a metric's own words."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self.other: Language = "en" if language == "zh" else "zh"
        self._sentences = sentences(language)

    def __getitem__(self, section: str) -> Mapping[str, str]:
        return self._sentences[section]

    def __call__(self, words: Words) -> str:
        return words.zh if self.language == "zh" else words.en


@cache
def sentences(language: Language) -> Sentences:
    table = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return {
        section: {key: words[language] for key, words in texts.items()}
        for section, texts in table.items()
    }


def speech_of(request: Request) -> Speech:
    """By `?lang=`, else as chosen before, else what the browser prefers; Chinese in doubt."""
    for asked in (request.query_params.get("lang"), request.cookies.get(COOKIE)):
        if asked in LANGUAGES:
            return Speech(LANGUAGES[asked])
    return Speech(_preferred(request.headers.get("accept-language", "")))


def remember(request: Request, response: Response, say: Speech) -> None:
    if "lang" in request.query_params:
        response.set_cookie(COOKIE, say.language, COOKIE_SECONDS, httponly=True, samesite="lax")


def _preferred(accepted: str) -> Language:
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
