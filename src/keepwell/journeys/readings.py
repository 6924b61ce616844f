"""The conditions of journeys as one portable SELECT over the accounts that matter today."""

from collections.abc import Mapping, Sequence
from typing import Any

from keepwell.journeys.advance import Holds
from keepwell.journeys.fields import ACCOUNT_FIELDS, FIELDS
from keepwell.journeys.models import Journey, JourneySettings
from keepwell.measures import parse_expression, parse_portable, render
from keepwell.vocabulary import ConfigInvalid, SqlNotAllowed
from keepwell.warning import ADDED_COLUMNS

JOURNEY_ACCOUNTS = "journey_accounts"
ENROLLED = "has_alarm"
UPGRADE = "is_upgrade_candidate"
# What is read of each account beside its conditions, where the portfolio has it.
KEPT = (
    "account_id",
    "name",
    "industry",
    "region",
    "csm_id",
    "account_size_segment",
    "effective_tier",
    "contribution_tier",
    "value_tier",
    "contribution_amount",
)


def journey_columns(watched: Mapping[str, str]) -> dict[str, str]:
    """Return names and SQL types of what a condition of a journey may read."""
    return dict(watched)


def accounts_select(watched: str, columns: Mapping[str, str]) -> str:
    """Return SQL for one row per account: the watch table.

    `watched`: SELECT of the watch table; `columns`: its columns.
    """
    return f"SELECT {', '.join(f'w.{c}' for c in columns)} FROM ({watched}) AS w"


def kept_columns(columns: Mapping[str, str]) -> tuple[str, ...]:
    """Return the columns that are read of each account."""
    fields = (FIELDS[name].column for name in sorted(ACCOUNT_FIELDS))
    return tuple(dict.fromkeys(c for c in (*KEPT, *fields) if c in columns))


def parts_of(journeys: Sequence[Journey]) -> list[tuple[str, str, str]]:
    """Return every condition as journey, part and text, in the order of the SELECT."""
    return [(j.journey, p, text) for j in journeys for p, text in j.conditions().items()]


def journeys_select(
    journeys: Sequence[Journey], settings: JourneySettings, columns: Mapping[str, str]
) -> str:
    """Return SQL for the accounts of interest: somebody may enter, or is on the way.

    Columns: those of `kept_columns`, then `c_n` for the n-th of `parts_of`, `w_n` for whom the
    n-th journey is. Needs: table JOURNEY_ACCOUNTS.
    """
    numbered = list(enumerate(parts_of(journeys), start=1))
    shown = [*kept_columns(columns), ENROLLED]
    shown += [f"({_said(text, columns)}) AS c_{n}" for n, (_, _, text) in numbered]
    some = [ENROLLED]
    for n, journey in enumerate(journeys, start=1):
        whom = _said(journey.for_whom or settings.for_whom, columns)
        shown.append(f"({whom}) AS w_{n}")
        some.append(f"(({whom}) AND ({_said(journey.enter, columns)}))")
    text = f"SELECT {', '.join(shown)} FROM {JOURNEY_ACCOUNTS} WHERE {' OR '.join(some)}"
    return render(parse_portable(text, types=columns), "duckdb")


def result_names(journeys: Sequence[Journey], columns: Mapping[str, str]) -> tuple[str, ...]:
    """Return the names of the columns of `journeys_select`, in order."""
    conditions = (f"c_{n}" for n in range(1, len(parts_of(journeys)) + 1))
    whom = (f"w_{n}" for n in range(1, len(journeys) + 1))
    return (*kept_columns(columns), ENROLLED, *conditions, *whom)


def holds_of(journeys: Sequence[Journey], row: Mapping[str, Any]) -> dict[str, tuple[Holds, bool]]:
    """Return per journey what holds for an account, and whether the journey is for it."""
    met: dict[str, dict[str, bool]] = {j.journey: {} for j in journeys}
    for n, (name, part, _) in enumerate(parts_of(journeys), start=1):
        met[name][part] = row[f"c_{n}"] is True
    found = {}
    for n, journey in enumerate(journeys, start=1):
        parts = met[journey.journey]
        steps = {p[len("step:") :]: v for p, v in parts.items() if p.startswith("step:")}
        holds = Holds(parts["enter"], parts.get("exit", False), parts.get("goal", False), steps)
        found[journey.journey] = (holds, row[f"w_{n}"] is True)
    return found


def check_journeys(
    journeys: Sequence[Journey], settings: JourneySettings, columns: Mapping[str, str]
) -> None:
    """Refuse conditions over unknown columns or outside the portable vocabulary.

    Errors: ConfigInvalid, naming every problem in one message.
    """
    problems = _problems("settings", {"for_whom": settings.for_whom}, columns)
    for journey in journeys:
        texts = journey.conditions()
        if journey.for_whom is not None:
            texts["for_whom"] = journey.for_whom
        if journey.proxy is not None:
            named = {n: getattr(journey.proxy, n) for n in ("enter", "exit", "goal")}
            texts |= {f"proxy.{n}": text for n, text in named.items() if text is not None}
        problems += _problems(journey.journey, texts, columns)
    if problems:
        raise ConfigInvalid(
            f"Journeys cannot be used: {'; '.join(problems)}",
            cure="Mend journeys/*.yml, then run `keepwell journeys preview`.",
            problems=problems,
        )


def _problems(name: str, texts: Mapping[str, str], columns: Mapping[str, str]) -> list[str]:
    found = []
    for part, text in texts.items():
        try:
            parse_expression(text, columns)
        except SqlNotAllowed as problem:
            found.append(f"{name}.{part}: {problem}")
    return found


def _said(text: str, columns: Mapping[str, str]) -> str:
    return render(parse_expression(text, columns), "duckdb")


def contract_columns(known: Mapping[str, str]) -> dict[str, str]:
    """Return what conditions may read where no snapshot is at hand: the columns of a contract."""
    return journey_columns({**known, **ADDED_COLUMNS})
