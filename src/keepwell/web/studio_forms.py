"""What the forms of the studios say: fields become an edit, an edit becomes a definition's text."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import Request

from keepwell.adapters.definition_edits import CardEdit, edited_card
from keepwell.vocabulary import InputProblem
from keepwell.wiring.studio_desk import Publication

LONGEST = 512 * 1024


@dataclass(frozen=True, slots=True)
class StudioForm:
    """What was sent: the text that fields apply to, its base, name and reason of a version."""

    fields: Mapping[str, str]

    def of(self, name: str) -> str:
        """Return a field, "" where it is not there."""
        return self.fields.get(name, "")

    def publication(self, text: str, author: str) -> Publication:
        """Return what is to be published."""
        return Publication(text, self.of("base"), self.of("title"), self.of("reason"), author)

    def starting(self, prefix: str) -> dict[str, str]:
        """Return the fields of a kind by the name of what they are of."""
        return {k[len(prefix) :]: v for k, v in self.fields.items() if k.startswith(prefix)}


async def studio_form(request: Request) -> StudioForm:
    """Return the fields of a request."""
    found = await request.form(max_fields=2000)
    return StudioForm({k: v for k, v in found.multi_items() if isinstance(v, str)})


def card_text(form: StudioForm) -> str:
    """Return the scorecard that a form describes. Errors: ConfigInvalid, InputProblem."""
    # A browser sends line ends of its own.
    text = form.of("text").replace("\r\n", "\n")
    if form.of("as") == "text":
        return text
    coverage = form.of("coverage")
    edit = CardEdit(
        numbers(form.starting("d:")),
        numbers(form.starting("w:")),
        {name: scale for name, scale in form.starting("s:").items() if scale.strip()},
        numbers(form.starting("c:")),
        numbers({"coverage": coverage})["coverage"] / 100 if coverage else None,
    )
    return edited_card(text, edit)


def numbers(fields: Mapping[str, str]) -> dict[str, float]:
    """Return fields as numbers. Errors: InputProblem for what is none."""
    return {name: _number(name, text) for name, text in fields.items() if text.strip()}


def _number(name: str, text: str) -> float:
    try:
        found = float(text)
    except ValueError:
        found = math.nan
    if not math.isfinite(found):
        raise InputProblem(
            f"`{text[:40]}` for `{name}` is no number.", cure="Write a number such as 34 or 7.5."
        )
    return found


def refusal(problem: Any) -> dict[str, Any]:
    """Return what a page shows of a problem."""
    return {"what": problem.what, "cure": problem.cure, "details": problem.details}
