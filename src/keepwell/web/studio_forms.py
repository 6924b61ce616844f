"""What the forms of the studios say: fields become an edit, an edit becomes a definition's text."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import Request

from keepwell.adapters.definition_edits import CardEdit, edited_card
from keepwell.value import Cell
from keepwell.vocabulary import InputProblem
from keepwell.wiring.studio_desk import Publication
from keepwell.wiring.studio_plays import PlayStudio
from keepwell.wiring.studio_rules import RuleStudio
from keepwell.wiring.studio_segments import SegmentStudio

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


def trigger_text(rules: RuleStudio, rule: str, form: StudioForm) -> str:
    """Return the file that a form of a trigger describes. Errors: ConfigInvalid, InputProblem."""
    text = form.of("text").replace("\r\n", "\n")
    if form.of("as") == "text" or "enter" not in form.fields:
        return text
    counts = {"confirm_cycles": form.of("confirm_cycles") or "1",
              "minimum_dwell_days": form.of("minimum_dwell_days") or "0"}  # fmt: skip
    values = {
        "enter": form.of("enter").strip(),
        "leave": form.of("leave").strip(),
        "hysteresis": numbers(counts),
        "urgency": form.of("urgency"),
        "priority": form.of("priority"),
        "told_to": form.of("told_to").strip() or None,
        "play": form.of("play") or None,
        "cta": form.of("cta") or None,
        "is_on": form.of("is_on") == "yes",
    }
    return rules.edited(text, rule, values)


def play_text(plays: PlayStudio, play: str, form: StudioForm) -> str:
    """Return the file that a form of a play describes. Errors: ConfigInvalid, InputProblem."""
    text = form.of("text").replace("\r\n", "\n")
    days = form.starting("day:")
    if form.of("as") == "text" or not days:
        return text
    given = numbers(days)
    edits = {
        step: {
            "day": given.get(step, -1),
            "owner": form.of(f"owner:{step}") or None,
            "tiers": _words(form.of(f"tiers:{step}")),
            "sizes": _words(form.of(f"sizes:{step}")),
            "is_dropped": form.of(f"drop:{step}") == "yes",
        }
        for step in days
    }
    return plays.edited(text, play, edits)


def map_text(segments: SegmentStudio, form: StudioForm) -> str:
    """Return the segment map that a form describes. Errors: ConfigInvalid, InputProblem."""
    text = form.of("text").replace("\r\n", "\n")
    cells = [c for name in form.starting("x:") if (c := _cell(name)) is not None]
    if form.of("as") == "text" or not cells:
        return text
    return segments.edited(text, cells, form.of("segment"))


def _cell(name: str) -> Cell | None:
    parts = name.split("-")
    found = tuple(int(p) for p in parts if p in ("1", "2", "3", "4", "5"))
    return (found[0], found[1], found[2]) if len(found) == len(parts) == 3 else None


def status_of_page(problem: InputProblem | None) -> int:
    """Return the status of a page that shows what was wrong."""
    from keepwell.web.errors import status_of

    return 200 if problem is None else status_of(problem)


def _words(text: str) -> tuple[str, ...]:
    return tuple(w for part in text.replace("，", ",").split(",") if (w := part.strip()))
