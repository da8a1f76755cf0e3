"""How alike two short texts are, letter by letter."""

from rapidfuzz import fuzz


def likeness(one: str, other: str) -> float:
    """Return 0 (nothing in common) to 1 (the same), by edits."""
    return fuzz.ratio(one, other) / 100
