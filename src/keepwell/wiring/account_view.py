"""Everything about one account in sight: its score with parts, what changed, what is being done."""

from collections.abc import Mapping
from dataclasses import dataclass

from keepwell.actions import OPEN, SuccessPlan
from keepwell.adapters.state import SqlActionStore, SqlPlanStore, SqlWarningStore, traces_of
from keepwell.adapters.trigger_library import load_triggers
from keepwell.measures import CATALOG
from keepwell.messages import CARE_TITLES
from keepwell.ports import (
    CtaFilter,
    CtaRecord,
    Override,
    PlayRecord,
    TransitionRecord,
)
from keepwell.ports.pages import ListedAccount, Scope
from keepwell.scoring import Explanation, RowScorer, explain_account
from keepwell.vocabulary import Bilingual, Scorecard
from keepwell.wiring.web_desk import WebDesk

SOME = 50


@dataclass(frozen=True, slots=True)
class AccountView:
    """One account; `explanation` is None where no scorecard applies. `titles`: of reasons.

    `traces`: the tables that have rows about it.
    """

    account: ListedAccount
    explanation: Explanation | None
    card: Scorecard | None
    transitions: tuple[TransitionRecord, ...]
    ctas: tuple[CtaRecord, ...]
    plays: tuple[PlayRecord, ...]
    plans: tuple[SuccessPlan, ...]
    override: Override | None
    titles: Mapping[str, Bilingual]
    traces: frozenset[str]


def account_view(desk: WebDesk, scope: Scope, account_id: str) -> AccountView:
    """Return one account in sight. Errors: NotFound, the same for one that is not."""
    account = desk.pages.account(scope, account_id)
    state, today = desk.project.state, desk.project.today
    card = _card(desk, account)
    explanation = None
    if card is not None:
        explanation = explain_account(
            card,
            account_id,
            account.values,
            account.never,
            measures=CATALOG,
            effective_tier=account.tier,
            scorer=desk.kept(f"scorer:{card.scorecard}:{card.version}", lambda: RowScorer(card)),
        )
    actions, statuses = SqlActionStore(state), tuple(str(s) for s in OPEN)
    traces = traces_of(state, account_id)
    in_force = state.overrides(today, account_id) if "overrides" in traces else ()
    return AccountView(
        account,
        explanation,
        card,
        SqlWarningStore(state).transitions(account_id)[-SOME:] if "transitions" in traces else (),
        actions.ctas(CtaFilter(statuses, account_id=account_id, limit=SOME))
        if account.cta_count
        else (),
        actions.plays(account_id=account_id, limit=SOME) if "plays" in traces else (),
        SqlPlanStore(state).plans(account_id=account_id, limit=5) if "plans" in traces else (),
        in_force[0] if in_force else None,
        reason_titles(desk),
        traces,
    )


def reason_titles(desk: WebDesk) -> Mapping[str, Bilingual]:
    """Return titles of triggers and other alerts, actions, plays and segments, read once a run."""

    def read() -> Mapping[str, Bilingual]:
        from keepwell.adapters.playbook_library import load_library

        layout = desk.project.layout
        library = load_library(layout.playbooks)
        found = {p.play: p.title for p in library.plays} | {a.id: a.title for a in library.actions}
        segments = desk.project.config.segment_map
        found |= {s.segment: s.label for s in segments.segments} if segments else {}
        triggers = {t.trigger: t.title for t in load_triggers(layout.triggers)}
        return found | dict(CARE_TITLES) | triggers

    return desk.kept("reason_titles", read)


def _card(desk: WebDesk, account: ListedAccount) -> Scorecard | None:
    name, version = account.scorecard, account.scorecard_version
    if name is None or version is None:
        return None
    # A stored version never changes.
    return desk.kept(
        f"card:{name}:{version}", lambda: desk.project.state.scorecard_version(name, version)
    )
