"""`python -m intake.open311 ACTOR AREA`: a new key for an app, then its lines for the file."""

import sys

from chassis.settings import from_environment
from intake.open311.provider import new_key
from intake.settings import Settings


def main(words: list[str]) -> str:
    """Leaves with a sentence when the words are not as expected."""
    try:
        actor, area = words
        api_key, lines = new_key(from_environment(Settings).keyring, actor, area)
    except ValueError:
        raise SystemExit(
            "Two words are expected: a name in small letters like lamp_app, and the 12-digit code"
            " of the place it reports for."
        ) from None
    return f"{api_key}\n{lines}"


if __name__ == "__main__":
    sys.stdout.write(main(sys.argv[1:]))
