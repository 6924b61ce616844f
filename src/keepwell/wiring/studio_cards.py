"""The scorecard studio: which cards there are, what an edit would do, publishing it."""

from dataclasses import dataclass
from datetime import date

from keepwell.adapters.configuration_files import load_scorecards
from keepwell.adapters.snapshot_columns import read_columns
from keepwell.adapters.state.pages_briefs import account_briefs
from keepwell.measures import CATALOG
from keepwell.ports import NewFit
from keepwell.ports.pages import Scope
from keepwell.ports.studio import Draft, Edition, Subject, text_hash
from keepwell.runs.score_portfolio_cards import stored_fit
from keepwell.runs.trial import Bench, Known, Trial, bench_of, fitted_trial, try_card
from keepwell.scoring import check_together, definition_hash
from keepwell.scoring.edits import CardChange, card_changes
from keepwell.vocabulary import NotFound, Scorecard
from keepwell.wiring.studio_desk import Publication, Ready, StudioDesk

SCORES = ("account_id", "scorecard", "scorecard_version", "score_micro", "tier", "effective_tier",
          "has_override")  # fmt: skip


@dataclass(frozen=True, slots=True)
class CardOnDesk:
    """One scorecard: as it is in use, and as its reader drafts it.

    `version`: of the fit that scored the current run; None where it did not use the card.
    """

    subject: Subject
    card: Scorecard
    text: str
    base_hash: str
    version: int | None
    draft: Draft | None
    others: tuple[Draft, ...]


@dataclass(frozen=True, slots=True)
class CardPreview:
    """What a draft would do. `version`: the number that it would get."""

    as_of: date
    run_id: str
    card: Scorecard
    version: int
    changes: tuple[CardChange, ...]
    trial: Trial


class CardStudio:
    """The scorecards of a project and what edits of them would do."""

    def __init__(self, studio: StudioDesk) -> None:
        self._studio = studio
        self._desk = studio.desk

    def names(self) -> tuple[str, ...]:
        """Return the scorecards in use."""
        return tuple(u.scorecard for u in self._desk.project.config.scorecards)

    def on_desk(self, name: str, author: str) -> CardOnDesk:
        """Return one scorecard. Errors: NotFound, ConfigInvalid."""
        subject = self.subject(name)
        text = self._studio.text(subject)
        return CardOnDesk(
            subject,
            self._studio.files.card(subject, text),
            text,
            text_hash(text),
            dict(self._run_cards()).get(name),
            *self._studio.drafts(subject, author),
        )

    def subject(self, name: str) -> Subject:
        """Return the subject of a scorecard in use. Errors: NotFound."""
        if name not in self.names():
            raise NotFound("There is no such scorecard in use.", cure="keepwell.yml lists them.")
        return Subject("scorecard", name)

    def preview(self, name: str, text: str, scope: Scope) -> CardPreview:
        """Return what a definition would do to the accounts in sight; nothing is stored.

        Errors: NotFound without a run under this scorecard; ConfigInvalid.
        """
        subject = self.subject(name)
        card = self._checked(subject, text)
        now = self._studio.files.card(subject, self._studio.text(subject))
        bench = self.bench(name, scope)
        fitted, learned = self._fit(bench, card)
        run = self._desk.project.current()
        newest = self._desk.project.state.fitted_scorecard(name)
        trial = try_card(bench, fitted, newly_fitted=learned)
        known = stored_fit(self._desk.project.state, card)
        version = known.version if known else (newest.version if newest else 0) + 1
        return CardPreview(run.as_of, run.run_id, card, version, card_changes(now, card), trial)

    def fitted(self, name: str, text: str, scope: Scope) -> tuple[Scorecard, Scorecard]:
        """Return a definition and its fit. Errors: as `preview`."""
        card = self._checked(self.subject(name), text)
        return card, self._fit(self.bench(name, scope), card)[0]

    def publish(self, name: str, wish: Publication) -> Edition:
        """Put a definition in use with the bounds that its preview had. Errors: as StudioDesk."""
        return self._studio.publish(self.subject(name), wish, self.ready)

    def take_back(self, name: str, edition_id: int, wish: Publication) -> Edition:
        """Put an earlier definition in use again, with its bounds. Errors: as StudioDesk."""
        return self._studio.take_back(self.subject(name), edition_id, wish, self.ready)

    def bench(self, name: str, scope: Scope) -> Bench:
        """Return the accounts of a card in sight, read once for each staged run."""
        return self._desk.kept(f"studio:{name}:{scope.csm_ids}", lambda: self._read(name, scope))

    def _read(self, name: str, scope: Scope) -> Bench:
        project = self._desk.project
        version = dict(self._run_cards()).get(name)
        if version is None:
            raise NotFound(
                f"No run has used the scorecard `{name}` yet.", cure="Run `keepwell run`."
            )
        run_id = project.current().run_id
        folder = project.snapshots.path(run_id)
        wanted = ["account_id", *(c for m in CATALOG for c in (m, f"{m}__never"))]
        briefs = account_briefs(project.state, scope)
        return bench_of(
            run_id,
            read_columns(folder, "scores", SCORES),
            read_columns(folder, "measures", wanted),
            project.state.scorecard_version(name, version),
            {i: Known(b.name, b.amount) for i, b in briefs.items()},
        )

    def _run_cards(self) -> tuple[tuple[str, int], ...]:
        runs = self._desk.project.state.runs()
        return runs[0].scorecards if runs else ()

    def _checked(self, subject: Subject, text: str) -> Scorecard:
        card = self._studio.files.card(subject, text)
        others = load_scorecards(self._desk.project.layout.root)
        used = [others[n] for n in self.names() if n != subject.name and n in others]
        check_together([card, *used])
        return card

    def _fit(self, bench: Bench, card: Scorecard) -> tuple[Scorecard, tuple[str, ...]]:
        known = stored_fit(self._desk.project.state, card)
        return (known, ()) if known is not None else fitted_trial(bench, card)

    def ready(self, subject: Subject, text: str) -> Ready:
        """Check a text, and fit it to the accounts of the current run. Errors: ConfigInvalid."""
        state = self._desk.project.state
        card = self._checked(subject, text)
        now = stored_fit(state, self._studio.files.card(subject, self._studio.text(subject)))
        found_version = None if now is None else now.version
        if subject.name not in dict(self._run_cards()):
            # Nobody was scored by it: the first run that uses it learns its bounds.
            return Ready(None, found_version)
        fitted, _ = self._fit(self.bench(subject.name, Scope(None)), card)
        newest = state.fitted_scorecard(subject.name)
        if stored_fit(state, card) is None:
            version = (newest.version if newest else 0) + 1
            day = self._desk.project.current().as_of
            note = f"{card.note}; " if card.note else ""
            note += f"published in the studio, new bounds learned as of {day}"
            fitted = fitted.model_copy(update={"version": version, "note": note})
        fit = NewFit(fitted, definition_hash(card))
        return Ready(fit, found_version)
