"""In which language names and notices are given: the one that Accept-Language prefers."""

from typing import Annotated

from fastapi import Depends, Request

from chassis.pages.speech import Speech, preferred, sentences


async def _speech(request: Request) -> Speech:
    language = preferred(request.headers.get("accept-language", ""))
    return Speech(sentences("intake.open311", language), language)


Say = Annotated[Speech, Depends(_speech)]
"""A route's parameter: `say: Say`."""
