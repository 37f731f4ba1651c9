"""Why not, in the reader's language. The English sentence of the code is the key, as in gettext."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from chassis.decider import Named, Refused, by_name, filled
from chassis.workflow.derivation import Language

COMMA: Mapping[Language, str] = {"zh": "、", "en": ", "}
NOTHING: Mapping[Language, str] = {"zh": "无", "en": "none"}


@dataclass(frozen=True)
class Reason:
    text: str
    language: Language
    """English for a sentence that nobody has put into Chinese."""


def reason(refused: Refused, language: Language, service: str, named: Named = by_name) -> Reason:
    """`named`: what names are called there, as in `filled`."""
    template = refused.template
    if language == "zh":
        translated = chinese(service).get(template)
        if translated is None:
            return Reason(as_sentence(str(refused)), "en")
        template = translated
    text = filled(template, refused.values, named, COMMA[language], NOTHING[language])
    return Reason(f"{text}。" if language == "zh" else as_sentence(text), language)


def as_sentence(text: str) -> str:
    """Rules are worded to stand within an English sentence as well; here they are one."""
    text = text.rstrip(".")
    begins_with_code = any(sign == "_" or sign.isdigit() for sign in text.partition(" ")[0])
    return f"{text if begins_with_code else text[:1].upper() + text[1:]}."


@cache
def chinese(service: str) -> Mapping[str, str]:
    """By the English: those of the service with those of the chassis."""
    said: dict[str, str] = {}
    for package in ("chassis", service):
        file = files(package) / "refusals.toml"
        if file.is_file():
            said |= tomllib.loads(file.read_text(encoding="utf-8"))
    return said
