"""Ask a running service what only it can answer, with an operator's token."""

from typing import Any

import httpx2

from liuchi.processes import StackError
from liuchi.service_process import ServiceProcess
from liuchi.stack import Stack

ANYWHERE = "340400000000"
"""Operations are the service's, not a place's: any territory will do."""

ANSWER_SECONDS = 60


def ask(stack: Stack, service: ServiceProcess, method: str, path: str) -> Any:
    """The decoded answer, None for an empty one. Raises StackError with the service's sentence."""
    token = stack.settings.token or stack.issuer.token("operator", ["operator"], ANYWHERE)
    try:
        answer = httpx2.request(
            method,
            f"{service.url}/v1/{path}",
            headers={"Authorization": f"Bearer {token}"},
            timeout=ANSWER_SECONDS,
        )
    except httpx2.HTTPError as fault:
        sentence = f"{service.name} does not answer at {service.url}: {type(fault).__name__}."
        raise StackError(sentence) from None
    if answer.is_error:
        raise StackError(f"{service.name}: {_detail(answer)}")
    return answer.json() if answer.content else None


def _detail(answer: httpx2.Response) -> str:
    try:
        detail: str = answer.json()["detail"]
    except (ValueError, KeyError, TypeError):
        return f"HTTP {answer.status_code}"
    return detail
