"""The options that commands share, each with its help."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from keepwell.vocabulary import InputProblem, Lang

ProjectOption = Annotated[
    Path, typer.Option("--project", "-C", help="Folder of the project.", show_default=False)
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
LangOption = Annotated[
    str | None, typer.Option("--lang", help="zh or en; default: the project's language.")
]
AsOfOption = Annotated[
    str | None, typer.Option("--as-of", help="Last included day, YYYY-MM-DD; default: latest data.")
]
ByOption = Annotated[str, typer.Option("--by", help="Who does it; kept in the audit log.")]
ReasonOption = Annotated[str, typer.Option(help="Why; kept in the audit log.")]
LimitOption = Annotated[int, typer.Option(min=1, max=100_000, help="How many at most.")]
HERE = Path()


def language(given: str | None, default: Lang = "en") -> Lang:
    """Return the language asked for, or the default. Errors: InputProblem for another word."""
    match given:
        case None:
            return default
        case "zh" | "en":
            return "zh" if given == "zh" else "en"
        case _:
            raise InputProblem(f"`{given}` is not a language here.", cure="Use --lang zh or en.")


def day_of(text: str | None, option: str) -> date | None:
    """Return the day that an option names. Errors: InputProblem when it is no date."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as wrong:
        raise InputProblem(f"`{text}` is not a date.", cure=f"Use {option} YYYY-MM-DD.") from wrong
