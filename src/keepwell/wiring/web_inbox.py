"""What a press in the inbox does to an item in sight, and what would take it back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from keepwell.adapters.state import SqlActionStore, SqlWarningStore
from keepwell.ports import CtaRecord, PlayRecord
from keepwell.ports.pages import ListedAccount, Scope
from keepwell.runs.act_by_hand import Wish
from keepwell.vocabulary import InputProblem, NotFound
from keepwell.wiring.web_desk import WebDesk
from keepwell.wiring.web_people import acting_desk, work_people
from keepwell.wiring.web_work import (
    GONE,
    UNDOES,
    cta_in_sight,
    do_alert,
    do_cta,
    require_alert,
)

TAKEN_BACK = "taken back at once"
PLAY_DEEDS = ("play", "undo_play")
OWNER_DEEDS = ("assign", "undo_assign")
UNDOABLE: Mapping[str, str] = {**UNDOES, "play": "undo_play", "assign": "undo_assign"}


@dataclass(frozen=True, slots=True)
class Pressed:
    """What a form of the inbox asks for."""

    deed: str
    outcome: str = ""
    until: date | None = None
    why: str = ""
    play: str = ""
    owner: str = ""
    was: str = ""


@dataclass(frozen=True, slots=True)
class Done:
    """What was done, to which item, and what the way back needs: a play or the owner before."""

    item: str
    was: str = ""


def press(desk: WebDesk, scope: Scope, kind: str, number: int, wish: Pressed, *, by: str) -> Done:
    """Do something with an item in sight. Errors: NotFound, IllegalMove, InputProblem."""
    if wish.deed in PLAY_DEEDS or wish.deed in OWNER_DEEDS:
        return _give(desk, scope, kind, number, wish, by=by)
    if kind == "cta":
        do_cta(
            desk, scope, number, wish.deed, by=by, outcome=wish.outcome, until=wish.until,
            why=wish.why,
        )  # fmt: skip
    else:
        do_alert(desk, scope, number, wish.deed, by=by, until=wish.until)
    return Done(f"{kind}-{number}")


def _give(desk: WebDesk, scope: Scope, kind: str, number: int, wish: Pressed, *, by: str) -> Done:
    if wish.deed == "undo_play":
        play = play_in_sight(desk, scope, _number(wish.was))
        stop_play(desk, scope, play.id, why=TAKEN_BACK, by=by)
        return Done(f"cta-{play.cta_id}")
    if wish.deed == "play":
        if kind == "alert":
            cta = take_up(desk, scope, number, play=wish.play, by=by)
            running = running_play(desk, cta)
            return Done(f"cta-{cta.id}", str(running.id) if running else "")
        return Done(f"cta-{number}", str(start_play(desk, scope, number, wish.play, by=by).id))
    owner = wish.was if wish.deed == "undo_assign" else wish.owner
    if kind == "alert":
        cta = take_up(desk, scope, number, owner=owner, by=by)
        return Done(f"cta-{cta.id}")
    before = cta_in_sight(desk, scope, number).owner
    give(desk, scope, number, owner, by=by)
    return Done(f"cta-{number}", before or "")


def give(desk: WebDesk, scope: Scope, cta_id: int, owner: str, *, by: str) -> CtaRecord:
    """Give a CTA in sight to somebody whom the project knows. Errors: NotFound, InputProblem."""
    cta_in_sight(desk, scope, cta_id)
    require_person(desk, owner)
    return acting_desk(desk).assign(cta_id, owner.strip(), by=by, why="")


def take_up(
    desk: WebDesk, scope: Scope, alert_id: int, *, by: str, play: str = "", owner: str = ""
) -> CtaRecord:
    """Open the CTA of an alert in sight, with its owner or a play. Errors: NotFound."""
    require_alert(desk, scope, alert_id)
    if owner:
        require_person(desk, owner)
    alert = SqlWarningStore(desk.project.state).alert(alert_id)
    account = desk.pages.account(scope, alert.account_id or "")
    wish = Wish("", "", "", owner=owner.strip() or None, play=play or None)
    return acting_desk(desk).add(wish, alert_id, by=by, why="", facts=facts_of(account))


def start_play(desk: WebDesk, scope: Scope, cta_id: int, play: str, *, by: str) -> PlayRecord:
    """Start a play of the library on a CTA in sight. Errors: NotFound, InputProblem."""
    cta = cta_in_sight(desk, scope, cta_id)
    running = running_play(desk, cta)
    if running is not None and running.play == play:
        raise InputProblem(
            f"Play `{play}` runs for this CTA already, since {running.started_on}.",
            cure="Work off its steps, or stop it first.",
        )
    known = {p.play for p in acting_desk(desk).library.plays}
    if play not in known:
        raise InputProblem(
            f"There is no play `{play}`.", cure=f"Choose of: {', '.join(sorted(known))}."
        )
    return acting_desk(desk).start_play(play, cta_id, by).play


def stop_play(desk: WebDesk, scope: Scope, play_id: int, *, why: str, by: str) -> PlayRecord:
    """Stop a play of an account in sight; its open tasks end. Errors: NotFound, IllegalMove."""
    play_in_sight(desk, scope, play_id)
    return acting_desk(desk).stop_play(play_id, why, by)


def play_in_sight(desk: WebDesk, scope: Scope, play_id: int) -> PlayRecord:
    """Return a play whose account is in sight. Errors: NotFound, the same for any other."""
    try:
        play = SqlActionStore(desk.project.state).play(play_id)
        desk.pages.account(scope, play.account_id)
    except NotFound as gone:
        raise NotFound(GONE, cure="Open the page of plays again.") from gone
    return play


def running_play(desk: WebDesk, cta: CtaRecord) -> PlayRecord | None:
    """Return the play that runs for a CTA, the newest; None without."""
    store = SqlActionStore(desk.project.state)
    plays = store.plays(statuses=("running",), account_id=cta.account_id)
    return next((p for p in plays if p.cta_id == cta.id), None)


def require_person(desk: WebDesk, name: str) -> None:
    """Refuse to give work to a name that nobody bears. Errors: InputProblem."""
    if name.strip() not in work_people(desk):
        raise InputProblem(
            f"Nobody here is called `{name.strip()[:80]}`.",
            cure="Choose somebody of the list: CSMs of the data, team.yml, or who may sign in.",
        )


def facts_of(account: ListedAccount) -> dict[str, Any]:
    """Return what the staged snapshot knows of an account, named as work names it."""
    return {
        "account_id": account.account_id,
        "name": account.name,
        "csm_id": account.csm_id,
        "owner_id": account.owner_id,
        "account_size_segment": account.size,
        "score_micro": account.score_micro,
        "effective_tier": account.tier,
        "contribution_amount": account.contribution_amount,
        "expected_loss_amount": account.loss_amount,
    }


def _number(text: str) -> int:
    if not text.isdecimal() or len(text) > 15:
        raise NotFound(GONE, cure="Open the inbox again.")
    return int(text)
