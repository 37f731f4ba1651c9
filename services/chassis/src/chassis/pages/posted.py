"""What a form brought along."""

from collections.abc import Mapping
from typing import Annotated, TypeAlias
from urllib.parse import parse_qsl

from fastapi import Depends, HTTPException, Request

MOST_FIELDS = 100

Typed: TypeAlias = Mapping[str, str]
"""What was typed, by the name of its field; what was left empty is not there."""


async def _posted(request: Request) -> Typed:
    text = (await request.body()).decode(errors="replace")
    try:
        pairs = parse_qsl(text, errors="replace", max_num_fields=MOST_FIELDS)
    except ValueError:
        raise HTTPException(422, f"A form has at most {MOST_FIELDS} fields.") from None
    return {name: value.replace("\r\n", "\n").strip() for name, value in pairs}


Posted = Annotated[Typed, Depends(_posted)]
"""A route's parameter."""
