"""The effect of a play from snapshots and state: whom it compares, when, and what it says."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from keepwell.adapters.engines import DuckDbEngine
from keepwell.adapters.state.action_models import CtaRow, PlayRow
from keepwell.adapters.state.effect_reading import SqlEffectReader
from keepwell.adapters.state.journey_models import HoldoutRow
from keepwell.ports import RunRecord
from keepwell.ports.effects import Drawn, Enrolled
from keepwell.proof import HoldoutEffect, MatchedEffect, Subject, report_card
from keepwell.reports import Form, effect_values, number_text, write_proof_document
from keepwell.reports.page import Heading, Items, Paragraph, Table
from keepwell.reports.proof.effects import effect_blocks, effect_line
from keepwell.runs.effect import OTHERS, Declared, EffectWish, EffectWork, SubjectEffect
from keepwell.runs.effect_history import SnapshotHistory
from keepwell.vocabulary import Bilingual, NotFound
from proof.worlds import World, frame_of
from state_databases import StateDatabase

START = date(2026, 6, 1)
DAYS = tuple(START + timedelta(days=30 * n) for n in range(-3, 6))
ACCOUNTS = 400
PLAY = "play:check_in"
BOOKS = {"playbook:nurture": ("check_in",)}


@dataclass
class Folders:
    """Snapshots on disk, as far as the effect reads them."""

    root: Path

    def path(self, run_id: str) -> Path:
        return self.root / run_id


def written(root: Path, treated: frozenset[int], effect: float, gone: frozenset[int]) -> None:
    """Write a snapshot for each day: accounts swing around a level; the low ones are treated."""
    scores = swings()
    for number, day in enumerate(DAYS):
        known = [n for n in range(ACCOUNTS) if n not in gone or day <= START]
        lifted = [effect * (n in treated and day > START) for n in known]
        folder = root / f"{day}-run"
        folder.mkdir()
        names = pa.array([f"A{n:03}" for n in known])
        micro = pa.array(
            [int((scores[n, number] + x) * 1e6) for n, x in zip(known, lifted, strict=True)]
        )
        pq.write_table(
            pa.table({"account_id": names, "score_micro": micro}), folder / "scores.parquet"
        )
        never = pa.array([False] * len(known))
        columns = {
            "account_id": names,
            "current_arr_amount": pa.array([1000.0 + 10.0 * x for x in lifted]),
            "current_arr_amount__never": never,
            "number_of_employees": pa.array([float(10 + n % 7) for n in known]),
            "number_of_employees__never": never,
            "account_size_segment": pa.array(["Large" if n % 2 else "Mid-Market" for n in known]),
        }
        pq.write_table(pa.table(columns), folder / "measures.parquet")


def swings() -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    rng = np.random.default_rng(7)
    level = 55.0 + 8.0 * rng.normal(size=(ACCOUNTS, 1))
    return level + 6.0 * rng.normal(size=(ACCOUNTS, len(DAYS)))


def lowest(count: int) -> list[int]:
    """Return the accounts that are lowest on the day: those a play goes to."""
    return [int(n) for n in np.argsort(swings()[:, DAYS.index(START)])[:count]]


@dataclass
class Known:
    """What a state database would tell."""

    in_play: tuple[Enrolled, ...] = ()
    lot: tuple[Drawn, ...] = ()
    recorded: Mapping[str, date] | None = None

    def subjects(self) -> Mapping[str, int]:
        return {PLAY: len(self.in_play)} if self.in_play or self.lot else {}

    def enrolled(self, subject: str) -> tuple[Enrolled, ...]:
        return self.in_play if subject == PLAY else ()

    def drawn(self, subject: str) -> tuple[Drawn, ...]:
        return self.lot if subject == PLAY else ()

    def left(self) -> Mapping[str, date]:
        return self.recorded or {}


def enrolled(accounts: Sequence[int], on: date = START) -> tuple[Enrolled, ...]:
    return tuple(Enrolled(f"A{n:03}", on, None, 3.0) for n in accounts)


def run_of(day: date) -> RunRecord:
    at = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return RunRecord(f"{day}-run", day, at, "published", (), ACCOUNTS, "", "")


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[DuckDbEngine]:
    with closing(DuckDbEngine(threads=1, allowed_directories=[tmp_path])) as opened:
        yield opened


def worked(engine: DuckDbEngine, root: Path, known: Known, **wish: object) -> EffectWork:
    runs = tuple(run_of(day) for day in reversed(DAYS))
    history = SnapshotHistory(engine, Folders(root), runs)  # type: ignore[arg-type]
    costs = {OTHERS: Declared(hour_amount=100.0)}
    titles = {PLAY: Bilingual("季度回顾", "quarterly review")}
    asked = EffectWish(**wish)  # type: ignore[arg-type]
    return EffectWork(known, history, asked, costs, BOOKS, titles)


def said(found: SubjectEffect) -> str:
    """Return all sentences and cells of the section, in both languages."""
    blocks = effect_blocks(found.effects)
    lines = [i for b in blocks if isinstance(b, Items) for i in b.items]
    lines += [b.text for b in blocks if isinstance(b, Paragraph)]
    return "\n".join(item.plain(lang) for item in lines for lang in ("zh", "en"))


def test_a_lot_is_judged_as_drawn_with_cost_and_value(engine: DuckDbEngine, tmp_path: Path) -> None:
    low = lowest(240)
    treated = frozenset(low[::3] + low[1::3])
    written(tmp_path, treated, 6.0, frozenset())
    lot = tuple(Drawn(f"A{n:03}", START, n in treated) for n in low)
    found = worked(engine, tmp_path, Known(enrolled(sorted(treated)[:150]), lot)).of(PLAY)
    score = found.effect("score")
    assert score is not None
    assert isinstance(score.found, HoldoutEffect)
    assert (score.verdict, score.estimate.treated, score.estimate.controls) == ("works", 160, 80)
    assert score.always.low < 6.0 < score.always.high
    assert score.found.reached == 150 / 160
    assert score.naive.change.value > 6.0 + 2.0 < score.naive.regression.value + 6.0 + 1.0
    money = found.effect("money")
    assert money is not None
    assert money.outlay is not None
    hours = 3.0 * 90 / 30.44
    assert (money.outlay.hours, money.outlay.cost) == pytest.approx((hours, 100.0 * hours))
    told = effect_values(score)
    assert (told["verdict"]["en"], told["treated"], told["controls"]) == ("works", 160, 80)
    assert told["value"]["en"] == number_text(score.estimate.value, Form.SIGNED, "en")
    assert (told["design"]["zh"], told["reasons"]["en"]) == ("随机留出组", "")
    card = report_card(frame_of(World(accounts=300, origins=6), 1), Subject("robust", 1, "churn"))
    for effects in (None, (), found.effects):
        document = write_proof_document(card, "p", effects=effects)
        anchors = [b.anchor for b in document.blocks if isinstance(b, Heading)]
        tables = [b.key for b in document.blocks if isinstance(b, Table)]
        assert ("effects" in anchors) == (effects is not None)
        assert ("effects" in tables) == bool(effects)
    text = said(found)
    assert "有效" in text
    assert "which misleads" in text
    assert "as drawn" in text
    assert "执行：季度回顾" in text
    assert "个百分点" in "".join(effect_line(e).plain("zh") for e in found.effects)
    assert 'play "quarterly review"' in text


def test_accounts_without_a_lot_are_matched_and_the_words_say_so(
    engine: DuckDbEngine, tmp_path: Path
) -> None:
    low = lowest(160)
    treated = frozenset(n for place, n in enumerate(low) if place % 2 == 0)
    written(tmp_path, treated, 6.0, frozenset())
    found = worked(engine, tmp_path, Known(enrolled(sorted(treated)))).of(PLAY)
    score = found.effect("score")
    assert score is not None
    assert isinstance(score.found, MatchedEffect)
    assert score.always.low < 6.0 < score.always.high
    assert score.naive.change.value > score.always.low + 2.0
    assert "This is no lot" in effect_line(score).plain("en")
    assert "Matching is no lot" in said(found)
    assert worked(engine, tmp_path, Known(enrolled(low))).of("playbook:nurture").enrolled == 160


def test_accounts_that_left_are_not_dropped(engine: DuckDbEngine, tmp_path: Path) -> None:
    low = lowest(200)
    treated = frozenset(low[::2])
    written(tmp_path, treated, 0.0, frozenset(sorted(treated)[:30]))
    lot = tuple(Drawn(f"A{n:03}", START, n in treated) for n in low)
    recorded = {f"A{low[151]:03}": START + timedelta(days=10)}
    found = worked(engine, tmp_path, Known((), lot, recorded)).of(PLAY)
    left, score = found.effect("left"), found.effect("score")
    assert left is not None
    assert score is not None
    assert left.found.plain.value == pytest.approx(0.30 - 0.01)
    assert left.verdict == "harmful"
    assert score.estimate.treated == 100


def test_a_horizon_that_is_not_over_compares_nobody(engine: DuckDbEngine, tmp_path: Path) -> None:
    written(tmp_path, frozenset(), 0.0, frozenset())
    known = Known(enrolled(lowest(50), DAYS[-1]))
    found = worked(engine, tmp_path, known).of(PLAY)
    assert (found.waiting, found.effects) == (50, ())
    assert len(effect_blocks(found.effects)) == 2  # heading and sentence


def test_few_accounts_get_no_verdict_and_are_told_how_many_it_takes(
    engine: DuckDbEngine, tmp_path: Path
) -> None:
    low = lowest(40)
    written(tmp_path, frozenset(low[:20]), 9.0, frozenset())
    lot = tuple(Drawn(f"A{n:03}", START, n in low[:20]) for n in low)
    found = worked(engine, tmp_path, Known((), lot), measures=("score",)).of(PLAY)
    (score,) = found.effects
    assert (score.verdict, score.reasons) == ("cannot_tell", ("too_few_accounts",))
    assert "under 30 accounts" in effect_line(score).plain("en")
    assert "1 comparison was made" in said(found)
    assert "Why it cannot be told: one group has under 30 accounts" in said(found)


def test_a_name_that_never_ran_is_refused_with_what_did(
    engine: DuckDbEngine, tmp_path: Path
) -> None:
    written(tmp_path, frozenset(), 0.0, frozenset())
    work = worked(engine, tmp_path, Known(enrolled(lowest(3))))
    assert work.named("check_in") == PLAY
    with pytest.raises(NotFound, match="nothing of what has run") as refusal:
        work.named("chek_in")
    assert "play:check_in, playbook:nurture" in refusal.value.cure


def test_the_state_tells_first_times_and_arms(state_database: StateDatabase) -> None:
    state = state_database.open()
    at = datetime(2026, 6, 1, tzinfo=UTC)
    cta = {
        "type": "risk", "reason": "r", "status": "new", "priority": "high", "source": "alert",
        "ref": "", "opened_on": START, "opened_by": "run", "created_at": at, "note": "",
        "facts": {}, "hours": 3.0,
    }  # fmt: skip
    with state.session(is_writing=True) as session:
        session.add(CtaRow(id=1, account_id="A1", **cta))
        session.flush()
        for number, day in enumerate((5, 2)):
            started = date(2026, 6, day)
            play = {"play": "check_in", "cta_id": 1, "account_id": "A1", "started_on": started}
            session.add(PlayRow(id=number + 1, status="running", started_by="run", **play))
        for account, arm in (("A1", "treated"), ("A2", "held_out"), ("A3", "exempt")):
            session.add(
                HoldoutRow(
                    subject=PLAY,
                    account_id=account,
                    arm=arm,
                    reason="",
                    stratum="low",
                    share=0.2,
                    assigned_on=START,
                )
            )
    reader = SqlEffectReader(state)
    assert reader.subjects() == {PLAY: 3}
    assert reader.enrolled(PLAY) == (Enrolled("A1", date(2026, 6, 2), None, 3.0),)
    assert reader.drawn(PLAY) == (Drawn("A1", START, True), Drawn("A2", START, False))
    assert reader.enrolled("plan:rescue_90d") == reader.enrolled("journey:wake_up") == ()
    assert reader.left() == {}
