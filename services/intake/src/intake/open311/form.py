"""A report as the standard has it sent: fields of a form, and the vault's share of them."""

import re
from typing import Annotated
from urllib.parse import parse_qsl

from fastapi import HTTPException, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from chassis.web.asked import Line, Phone, Place, Words

MEDIA_TYPE = "application/x-www-form-urlencoded"
MOST_FIELDS = 200
ATTRIBUTE = re.compile(r"attribute\[([^][]*)\](?:\[\])?")


class Report(BaseModel):
    """`device_id` and `account_id` are read by nobody here, so they are not kept; other fields that
    nobody knows are an extension of somebody's.
    """

    model_config = ConfigDict(frozen=True)

    service_code: str
    jurisdiction_id: str | None = None
    address_id: Place | None = None
    """The 12-digit code of a division."""
    lat: float | None = Field(None, ge=-90, le=90)
    long: float | None = Field(None, ge=-180, le=180)
    address_string: Annotated[Line | None, Field(max_length=500)] = None
    description: Annotated[Words | None, Field(max_length=4000)] = None
    first_name: Annotated[Line | None, Field(max_length=50)] = None
    last_name: Annotated[Line | None, Field(max_length=50)] = None
    phone: Phone | None = None
    email: Annotated[Line | None, Field(max_length=200, pattern=r"^\S+@\S+$")] = None
    media_url: Annotated[Line | None, Field(max_length=2000, pattern=r"^https?://\S+$")] = None
    """Kept for whoever handles it. It is never fetched from here."""
    attributes: dict[str, str] = Field(default_factory=dict)

    @property
    def texts(self) -> dict[str, str]:
        """What goes into the vault, and nowhere else."""
        point = None if self.lat is None or self.long is None else f"{self.lat}, {self.long}"
        told = {
            "text": self.description,
            "name": self._name,
            "phone": self.phone,
            "email": self.email,
            "address": self.address_string,
            "point": point,
            "media_url": self.media_url,
        }
        return {name: text for name, text in told.items() if text is not None}

    @property
    def _name(self) -> str | None:
        """李雷, but Lei Li."""
        names = [name for name in (self.last_name, self.first_name) if name]
        is_latin = all(name.isascii() for name in names)
        return (" ".join(reversed(names)) if is_latin else "".join(names)) or None


SCHEMA = Report.model_json_schema()
SCHEMA["properties"] |= {
    "api_key": {"type": "string"},
    "attribute": SCHEMA["properties"].pop("attributes"),
}
SCHEMA["required"].append("api_key")
"""For OpenAPI."""


async def sent(request: Request) -> dict[str, str]:
    """The fields of the form but for the empty ones, which are as good as not sent.

    Raises a 400 for anything but such a form.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != MEDIA_TYPE:
        raise HTTPException(400, f"A report is sent as a form: {MEDIA_TYPE}.")
    try:
        body = (await request.body()).decode()
        return dict(parse_qsl(body, errors="strict", max_num_fields=MOST_FIELDS))
    except ValueError:
        raise HTTPException(
            400, f"The form cannot be read: UTF-8, at most {MOST_FIELDS} fields."
        ) from None


def report(fields: dict[str, str]) -> Report:
    """Raises RequestValidationError naming each field that is not as expected."""
    given = ((ATTRIBUTE.fullmatch(name), value) for name, value in fields.items())
    attributes = {found[1]: value for found, value in given if found}
    try:
        return Report.model_validate({**fields, "attributes": attributes})
    except ValidationError as faults:
        raise RequestValidationError(
            [{**fault, "loc": ("form", *fault["loc"])} for fault in faults.errors()]
        ) from None
