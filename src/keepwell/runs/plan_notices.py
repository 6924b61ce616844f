"""What people are told of plans, help requests and reviews: each as one alert with its words."""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from keepwell.actions import (
    SYSTEM,
    GateStatus,
    HelpRequest,
    PlanBook,
    SuccessPlan,
    every_days,
    lateness,
    next_review,
)
from keepwell.messages import GATE_FAILED, HELP_CLIMBED, REVIEW_DUE
from keepwell.ports import NO_RUN, CareNotice, RunRecord
from keepwell.runs.plan_facts import Known, Snapshots, known_accounts
from keepwell.vocabulary import Bilingual

FactsOf = Callable[[Collection[str]], Mapping[str, Known]]


def known_of(snapshots: Snapshots) -> FactsOf:
    """Return what looks accounts up in the newest snapshot, when it is asked."""

    def find(accounts: Collection[str]) -> Mapping[str, Known]:
        folder = snapshots.store.path(snapshots.newest.run_id)
        if not (folder / "accounts.parquet").is_file():
            return {}
        return known_accounts(snapshots, accounts)

    return find


def nobody_known(_: Collection[str]) -> Mapping[str, Known]:
    """Return nothing of any account: where no snapshot is at hand."""
    return {}


def failed_gate(
    before: SuccessPlan,
    after: SuccessPlan,
    team: Iterable[str],
    account: Known | None,
    run: RunRecord,
) -> CareNotice | None:
    """Return the notice of a gate that this change made fail; None when it did not.

    `team`: who is told beside the CSM and whoever opened the plan. `run`: whose digest it joins.
    """
    was = {g.number: g.status for g in before.gates}
    gate = next(
        (
            g
            for g in after.gates
            if g.status == GateStatus.FAILED and was[g.number] != GateStatus.FAILED
        ),
        None,
    )
    if gate is None:
        return None
    plan, title = after.template.title, gate.title
    said = Bilingual(
        f"计划 {after.id}（{plan.zh}）的关口 {gate.number}“{title.zh}”到期 {gate.due_on}，未通过："
        f"决定豁免、延期或结束，见 keepwell plans show {after.id}",
        f"Plan {after.id} ({plan.en}): gate {gate.number}, {title.en}, due {gate.due_on}, was "
        f"not passed. Waive, extend or close: keepwell plans show {after.id}",
    )
    key = f"{GATE_FAILED}:{after.id}:{gate.number}:{gate.due_on}"
    people = (*team, *_csm(account), after.opened_by)
    return _notice(key, GATE_FAILED, after.account_id, people, said, account, run.as_of, run.run_id)


def climbed_request(
    request: HelpRequest, book: PlanBook, zone: str, account: Known | None, now: datetime
) -> CareNotice:
    """Return the notice of a request whose level rose; the highest level is told at once."""
    level, team = book.help.levels[request.level - 1], book.help.team(request.team).title
    hours = lateness(request, now, book.help, book.working, zone).hours
    plural = "" if f"{hours:.0f}" == "1" else "s"
    said = Bilingual(
        f"求助 {request.id}（{team.zh}）逾期 {hours:.0f} 个工作小时，升级到第 {request.level} 级："
        f"{level.zh}；见 keepwell plans help-request list",
        f"Request {request.id} to {team.en} is {hours:.0f} working hour{plural} late and reached "
        f"level {request.level}, {level.en}: keepwell plans help-request list",
    )
    key = f"{HELP_CLIMBED}:{request.id}:{request.level}:{request.asked_at.isoformat()}"
    people = (request.owner, request.asked_by, *_csm(account))
    day = now.astimezone(ZoneInfo(zone)).date()
    is_highest = request.level == len(book.help.levels)
    return _notice(
        key, HELP_CLIMBED, request.account_id, people, said, account, day, None, at_once=is_highest
    )


def due_reviews(
    book: PlanBook,
    accounts: Mapping[str, Known],
    last: Mapping[str, date],
    known_since: date,
    day: date,
    run_id: str,
) -> list[CareNotice]:
    """Return the notices of reviews that are due on a day or were before it."""
    found = []
    for account in accounts.values():
        standing = account.standing
        every = every_days(book.reviews, standing.tier or "", standing.size or "")
        held = last.get(account.account_id)
        due = next_review(
            account.account_id, every, last_held=held, known_since=known_since, working=book.working
        )
        if due is None or due > day:
            continue
        said = Bilingual(
            f"业务回顾 {due} 到期，上次：{held or '无记录'}；简报见 keepwell plans qbr",
            f"Business review due on {due}, last held: {held or 'none on record'}; "
            "keepwell plans qbr writes its brief",
        )
        key = f"{REVIEW_DUE}:{account.account_id}:{due}"
        found.append(
            _notice(key, REVIEW_DUE, account.account_id, _csm(account), said, account, day, run_id)
        )
    return found


def _csm(account: Known | None) -> tuple[str, ...]:
    return () if account is None or account.csm_id is None else (account.csm_id,)


def _notice(
    key: str,
    trigger: str,
    account_id: str,
    people: Iterable[str],
    said: Bilingual,
    account: Known | None,
    day: date,
    run_id: str | None,
    *,
    at_once: bool = False,
) -> CareNotice:
    told = [p for p in dict.fromkeys(people) if p and p != SYSTEM]
    facts: dict[str, Any] = {"account_id": account_id, "said": {"zh": said.zh, "en": said.en}}
    if told:
        facts["told_to"] = told
    if account is not None:
        standing = account.standing
        facts |= {
            "name": account.name,
            "account_size_segment": standing.size,
            "effective_tier": standing.tier,
            "contribution_amount": standing.amount,
        }
    return CareNotice(
        key=key,
        trigger=trigger,
        account_id=account_id,
        csm_id=None if account is None else account.csm_id,
        run_id=run_id or NO_RUN,
        as_of=day,
        priority="normal" if trigger == REVIEW_DUE else "high",
        urgency="immediate" if at_once else "digest",
        facts=facts,
    )
