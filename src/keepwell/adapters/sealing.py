"""Secrets that have to be read again: sealed with a key from the environment before storing."""

import os
from dataclasses import dataclass

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from keepwell.vocabulary import InputProblem

KEY_VARIABLE = "KEEPWELL_SECRET_KEY"
MAKE_ONE = f"export {KEY_VARIABLE}=$(openssl rand -base64 32 | tr '+/' '-_')"


@dataclass(frozen=True, slots=True)
class Sealer:
    """Seals with the first of its keys and opens what any of them sealed (Fernet)."""

    _keys: MultiFernet

    def seal(self, secret: str) -> str:
        """Return a secret as it may be stored."""
        return self._keys.encrypt(secret.encode()).decode()

    def open(self, sealed: str) -> str:
        """Return a sealed secret. Errors: InputProblem when none of the keys sealed it."""
        try:
            return self._keys.decrypt(sealed.encode()).decode()
        except InvalidToken as problem:
            raise InputProblem(
                f"A stored secret was sealed with another key than {KEY_VARIABLE} holds.",
                cure=f"Add the earlier key to {KEY_VARIABLE} behind a comma, or roll the secret.",
                variable=KEY_VARIABLE,
            ) from problem


def sealer() -> Sealer:
    """Return what seals secrets of this project; there is no key but the user's own.

    Several keys stand with commas between, the newest first.
    Errors: InputProblem without a key, or for what is none.
    """
    given = [k.strip() for k in os.environ.get(KEY_VARIABLE, "").split(",") if k.strip()]
    if not given:
        raise InputProblem(
            f"Environment variable {KEY_VARIABLE} is not set; secrets are stored sealed with it.",
            cure=f"Make one where keepwell runs, and keep it as you keep passwords: {MAKE_ONE}",
            variable=KEY_VARIABLE,
        )
    try:
        return Sealer(MultiFernet([Fernet(k) for k in given]))
    except ValueError:
        # The cause would repeat the value.
        raise InputProblem(
            f"{KEY_VARIABLE} holds something that is no key: 32 bytes in URL-safe Base64 expected.",
            cure=f"Make one: {MAKE_ONE}",
            variable=KEY_VARIABLE,
        ) from None
