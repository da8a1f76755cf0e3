"""Staff passwords: what is acceptable, and argon2id hashes of them."""

import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

MIN_LENGTH = 10
MAX_LENGTH = 128
"""Nobody types more; hashing a megabyte would keep the machine busy."""

# OWASP's second profile (19 MiB, two passes, one lane): some 30 ms on an old office PC.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_NOBODYS_HASH = _HASHER.hash(secrets.token_urlsafe())

# Read aloud over a telephone: no 0/O, 1/l/I.
_READABLE = "abcdefghjkmnpqrstuvwxyz23456789"
_TOO_COMMON = ("password", "12345678", "qwertyui", "11111111", "feisuzaixian", "abc12345")


def find_weakness(password: str, name: str) -> str:
    """Say in Chinese why a new password is refused; empty when it is good."""
    if len(password) < MIN_LENGTH:
        return f"密码至少 {MIN_LENGTH} 位，可以用几个不相干的词连起来"
    if len(password) > MAX_LENGTH:
        return f"密码最多 {MAX_LENGTH} 位"
    lowered = password.lower()
    if len(set(lowered)) < 4 or any(common in lowered for common in _TOO_COMMON):
        return "这个密码太容易猜到，请换一个"
    if name and name.lower() in lowered:
        return "密码里不要带自己的名字"
    return ""


def hash_password(password: str) -> str:
    """Hash with a fresh salt; slow on purpose."""
    return _HASHER.hash(password)


def is_right(password: str, known_hash: str | None) -> bool:
    """Compare in the same time whether the name exists (`known_hash`) or not."""
    try:
        matches = _HASHER.verify(known_hash or _NOBODYS_HASH, password[: MAX_LENGTH + 1])
    except (VerificationError, InvalidHashError):
        return False
    return matches and known_hash is not None


def make_password() -> str:
    """Make a first password that can be read out: three groups of four."""
    groups = ("".join(secrets.choice(_READABLE) for _ in range(4)) for _ in range(3))
    return "-".join(groups)
