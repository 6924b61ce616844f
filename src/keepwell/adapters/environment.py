"""Secrets from environment variables: read when they are needed, never stored, never printed."""

import os

from keepwell.vocabulary import InputProblem


def read_secret(variable: str, purpose: str) -> str:
    """Return the value of an environment variable that keepwell.yml names.

    `purpose`: what it is for, as a message says it. Errors: InputProblem when it is not set.
    """
    value = os.environ.get(variable, "").strip()
    if not value:
        raise InputProblem(
            f"Environment variable {variable} is not set; {purpose} takes its address from it.",
            cure=f"Set it in the shell or service that runs keepwell: export {variable}=...",
            variable=variable,
        )
    return value
