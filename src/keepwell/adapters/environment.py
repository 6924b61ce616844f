"""What the surroundings give: secrets from environment variables, and optional drivers.

A secret is read when it is needed, never stored and never printed.
"""

import importlib.util
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


def require_driver(module: str, extra: str) -> None:
    """Refuse to go on without an optional package. Errors: InputProblem, naming what to install."""
    if importlib.util.find_spec(module) is None:
        raise InputProblem(
            f"The package `{module}` is not installed.",
            cure=f"Run: pip install 'keepwell[{extra}]'.",
            module=module,
        )
