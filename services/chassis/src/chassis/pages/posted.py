"""What a form brought along."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, TypeAlias
from urllib.parse import parse_qsl

from fastapi import Depends, HTTPException, Request
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

MOST_FIELDS = 100

Typed: TypeAlias = Mapping[str, str]
"""What was typed, by the name of its field; what was left empty is not there."""


async def _posted(request: Request) -> Typed:
    text = (await request.body()).decode(errors="replace")
    try:
        pairs = parse_qsl(text, errors="replace", max_num_fields=MOST_FIELDS)
    except ValueError:
        raise HTTPException(422, f"A form has at most {MOST_FIELDS} fields.") from None
    return _typed(pairs)


def _typed(pairs: Iterable[tuple[str, str]]) -> Typed:
    return {name: value.replace("\r\n", "\n").strip() for name, value in pairs}


Posted = Annotated[Typed, Depends(_posted)]
"""A route's parameter."""


@dataclass(frozen=True)
class WithFile:
    """A form with one file in it, which it calls `file`."""

    typed: Typed
    content: bytes
    """Empty when none was chosen."""


class _InMemory(MultiPartParser):
    """What people send is sealed, or nowhere: the parser must not put it into a file meanwhile."""

    spool_max_size = 0  # none is too large


async def with_file(request: Request) -> WithFile:
    """Raises a 422 for what is no such form. To be asked when it is clear that the sender may."""
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise HTTPException(422, "A file comes in a form as multipart/form-data.")
    await request.body()  # kept, for the key to be compared with
    parser = _InMemory(request.headers, request.stream(), max_files=1, max_fields=MOST_FIELDS)
    try:
        form = await parser.parse()
    except MultiPartException as fault:
        raise HTTPException(422, fault.message) from None
    pairs = form.multi_items()
    file = form.get("file")
    content = await file.read() if isinstance(file, UploadFile) else b""
    await form.close()
    return WithFile(_typed((n, value) for n, value in pairs if isinstance(value, str)), content)
