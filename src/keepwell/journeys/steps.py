"""The kinds of steps that a journey is made of; every text is checked when it is loaded."""

from collections.abc import Iterable, Mapping
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from keepwell.journeys.fields import CONTACT_FIELDS, FIELDS
from keepwell.journeys.templates import check_subject, check_template, fields_in
from keepwell.vocabulary import LANGS, Bilingual

FROZEN = ConfigDict(frozen=True, extra="forbid")
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
Days = Annotated[int, Field(ge=0, le=365)]
END = "end"
WITHOUT_CONTACT = frozenset(FIELDS) - CONTACT_FIELDS


class _Step(BaseModel):
    """What all steps have: a name, days to let pass before it, and where to go after it.

    `next`: a later step, or `end`; the following one when left out.
    """

    model_config = FROZEN
    step: Name
    after_days: Days = 0
    next: Name | None = None


class _Texted(_Step):
    """A step that shows a text.

    `fallbacks`: what stands for a field that is missing. `optional`: fields whose line is left
    out when they are missing. Without either, a missing field withholds the step.
    `item`: a content item of the catalogue; by default the one that fits the account best.
    """

    fallbacks: dict[str, Bilingual] = Field(default_factory=dict)
    optional: tuple[str, ...] = ()
    item: Name | None = None

    def _texts(self) -> Iterable[Bilingual]:
        return ()

    def fields(self) -> frozenset[str]:
        """Return the fields that the texts name."""
        return frozenset(
            f for t in self._texts() for lang in LANGS for f in fields_in(t.text(lang))
        )

    def _check(self, allowed: Iterable[str]) -> None:
        for text in self._texts():
            for lang in LANGS:
                check_template(text.text(lang), list(allowed))
        for name in (*self.fallbacks, *self.optional):
            check_template(f"{{{name}}}", list(allowed))
        for text in self.fallbacks.values():
            if any(fields_in(text.text(lang)) for lang in LANGS):
                raise ValueError("a fallback is plain words, without fields")


class MailStep(_Texted):
    """An e-mail to a contact of the account. Paragraphs are parted by blank lines, `- ` lists."""

    kind: Literal["mail"]
    subject: Bilingual
    body: Bilingual

    @model_validator(mode="after")
    def _texts_are_sound(self) -> Self:
        for lang in LANGS:
            check_subject(self.subject.text(lang))
        self._check(FIELDS)
        in_subject = {f for lang in LANGS for f in fields_in(self.subject.text(lang))}
        if in_subject & set(self.optional):
            raise ValueError("a field of the subject needs a fallback, it cannot be optional")
        return self

    def _texts(self) -> Iterable[Bilingual]:
        return (self.subject, self.body)


class FeedStep(_Texted):
    """An entry that the product shows to the account's users; it names nobody."""

    kind: Literal["feed"]
    title: Bilingual
    body: Bilingual
    link: str | None = None

    @model_validator(mode="after")
    def _texts_are_sound(self) -> Self:
        for lang in LANGS:
            check_subject(self.title.text(lang), WITHOUT_CONTACT)
        if self.link is not None:
            check_template(f"{{{self.link}}}", [n for n, f in FIELDS.items() if f.kind == "link"])
        self._check(WITHOUT_CONTACT)
        return self

    def _texts(self) -> Iterable[Bilingual]:
        return (self.title, self.body)


class WebhookStep(_Step):
    """A signed call of a system of yours; it carries the account's id and the named fields.

    `is_touch`: the system tells the customer something, so the caps of the account count it.
    """

    kind: Literal["webhook"]
    event: Name
    fields: tuple[str, ...] = ()
    is_touch: bool = True

    @model_validator(mode="after")
    def _fields_are_declared(self) -> Self:
        for name in self.fields:
            check_template(f"{{{name}}}", WITHOUT_CONTACT)
        return self


class CtaStep(_Step):
    """The hand-over to a person: a call to action for the account's CSM."""

    kind: Literal["cta"]
    type: Literal["risk", "renewal", "growth", "adoption", "data", "review"] = "risk"
    title: Bilingual
    reason: Bilingual
    priority: Literal["critical", "high", "normal"] = "normal"
    due_days: Annotated[int, Field(ge=1, le=365)] = 7


class WaitStep(_Step):
    """Waits until a condition holds, at most some days."""

    kind: Literal["wait"]
    until: str
    at_most_days: Annotated[int, Field(ge=1, le=365)]


class BranchStep(_Step):
    """Goes to one of two later steps; an unknown condition does not hold.

    `otherwise`: the following step when left out.
    """

    kind: Literal["branch"]
    when: str
    then: Name
    otherwise: Name | None = None


Step = Annotated[
    MailStep | FeedStep | WebhookStep | CtaStep | WaitStep | BranchStep,
    Field(discriminator="kind"),
]
ACTION_KINDS = ("mail", "feed", "webhook", "cta")


def following(steps: tuple[Step, ...], at: Step, target: str | None) -> Step | None:
    """Return the step that comes after `at`: the named one or the next of the list; None: end."""
    if target == END:
        return None
    places: Mapping[str, int] = {s.step: n for n, s in enumerate(steps)}
    if target is not None:
        return steps[places[target]]
    place = places[at.step] + 1
    return steps[place] if place < len(steps) else None
