"""What may be attached to a case: pictures and papers, known by their first bytes."""

from collections.abc import Collection

from chassis.decider import Refused

BYTES = 5_000_000
"""Of one."""

ALL_BYTES = 20_000_000
"""Of all that are attached to a case."""

MOST = 10
"""To a case."""

TYPES = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/webp": ".webp",
    "application/pdf": ".pdf",
}
"""Media type → how the name of such a file ends."""


def media_type(content: bytes) -> str | None:
    """By its first bytes; None for anything else than the types above."""
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return "image/webp"
    return "application/pdf" if content.startswith(b"%PDF-") else None


def check_room(sizes: Collection[int], more: int) -> None:
    """Raise Refused when one of so many bytes does not fit beside those of these sizes."""
    if len(sizes) >= MOST:
        raise Refused(
            "{count} files are attached to this case already, which is the most; drop one",
            count=MOST,
        )
    if sum(sizes) + more > ALL_BYTES:
        raise Refused(
            "{count} bytes are left for what is attached to this case; make it smaller",
            count=max(ALL_BYTES - sum(sizes), 0),
        )
