"""Mã hẹn: six characters that can be read aloud, typed on any phone and never look like a word."""

import hashlib
import re

# No 0/O, 1/I/L, and no vowels but U and Y: a code spells nothing.
ALPHABET = "23456789BCDFGHJKMNPQRSTUVWXYZ"
LENGTH = 6
PATTERN = re.compile(rf"(?=[^\d]*\d)[{ALPHABET}{ALPHABET.lower()}]{{{LENGTH}}}")


def code_of(identity: str) -> str:
    """Return the code made from a random id; it always holds a digit, so that no word is taken for one.

    29^6, about 595 million; a code that is taken already in the commune is refused by the database and made anew.
    """
    number = int.from_bytes(hashlib.sha256(identity.encode()).digest()[:8])
    signs = []
    for _ in range(LENGTH):
        number, rest = divmod(number, len(ALPHABET))
        signs.append(ALPHABET[rest])
    if not any(sign.isdecimal() for sign in signs):
        signs[number % LENGTH] = ALPHABET[number % 8]
    return "".join(signs)
