"""Secrets of those who enter: made at random, kept as hashes, passwords with Argon2id."""

import hashlib
import hmac
import secrets
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST_PASSWORD = 12
# OWASP's choice for Argon2id: 19 MiB, two passes, one lane.
PASSES, MEMORY_KIB, LANES = 2, 19_456, 1


def new_secret(prefix: str = "") -> str:
    """Return a secret of 256 random bits that is safe in addresses and headers."""
    return prefix + secrets.token_urlsafe(32)


def secret_hash(secret: str) -> str:
    """Return what is stored of a random secret: it cannot be guessed, so SHA-256 is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()


def csrf_of(secret: str) -> str:
    """Return the word that a form of this session has to carry."""
    return hmac.new(secret.encode(), b"keepwell form", hashlib.sha256).hexdigest()


def is_same(given: str, expected: str) -> bool:
    """Compare two secrets in constant time."""
    return hmac.compare_digest(given.encode(), expected.encode())


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher(time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=LANES)


@cache
def _nobody() -> str:
    return _hasher().hash(secrets.token_urlsafe(16))


def hash_password(password: str) -> str:
    """Return an Argon2id hash with its parameters and salt."""
    return _hasher().hash(password)


def is_password(password: str, stored: str | None) -> bool:
    """Check a password; without a stored hash it takes as long and says no."""
    # Somebody without a password takes as long as somebody with another one.
    usable = stored if stored and stored.startswith("$") else None
    try:
        _hasher().verify(usable or _nobody(), password)
    except (VerificationError, InvalidHashError):
        return False
    return usable is not None
