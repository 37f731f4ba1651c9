"""Receipt codes: typed from paper or read out on the telephone, and not to be guessed."""

import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O or U."""

LETTERS = 12
"""60 bits: at 30 tries a minute, a million cases are still 70,000 years away from a hit."""

_READ_AS = str.maketrans("OIL", "011", "- ")


def new_code() -> str:
    """`7K3M-Q9ZP-2XWD`"""
    # 32 letters divide the 256 values of a byte: each is as likely as any other
    letters = "".join(ALPHABET[byte % len(ALPHABET)] for byte in secrets.token_bytes(LETTERS))
    return "-".join(letters[place : place + 4] for place in range(0, LETTERS, 4))


def plain(code: str) -> str:
    """As it is hashed, however it was typed."""
    return code.upper().translate(_READ_AS)
