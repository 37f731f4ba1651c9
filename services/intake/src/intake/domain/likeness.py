"""What of a text is compared with other texts: short pieces of its beginning, in no order.

Two texts are as alike as the share of pieces they have in common (shared ÷ all, the measure of
PostgreSQL's pg_trgm). Most Chinese words have two characters and most others more than three, so
a piece is two characters long where it begins with a Chinese one, else three.
"""

import unicodedata

COMPARED = 300
"""Characters from the beginning."""

FIRST_CJK = "⺀"


def pieces(text: str) -> frozenset[str]:
    """Without spaces, punctuation, and what only looks different (NFKC, letter case)."""
    folded = unicodedata.normalize("NFKC", text[:COMPARED]).casefold()
    kept = "".join(filter(str.isalnum, folded))
    return frozenset(
        kept[place : place + (2 if first >= FIRST_CJK else 3)] for place, first in enumerate(kept)
    )
