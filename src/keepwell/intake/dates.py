"""SQL that reads dates as people write them, and the decision which order a column uses."""

from dataclasses import dataclass
from datetime import date

from keepwell.intake.cleaning import literal, word_list
from keepwell.vocabulary import Kind

_AB = r"^([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4}|[0-9]{2})([ T,].*)?$"
_CLOCKS = ("", " %H:%M:%S", " %H:%M", " %I:%M %p", " %I:%M:%S %p", " %H:%M:%S.%f")
_NAMED = tuple(
    f"{day}{clock}"
    for day in (
        "%d %b %Y", "%d-%b-%Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y", "%b %d %Y", "%B %d %Y",
        "%d-%b-%y", "%d %b %y", "%a, %d %b %Y", "%Y-%b-%d",
    )
    for clock in _CLOCKS
)  # fmt: skip
SENTINELS = (
    "0001-01-01", "1899-12-30", "1899-12-31", "1900-01-01", "1970-01-01", "2999-12-31",
    "9999-12-31",
)  # fmt: skip


def _formats(day: str) -> str:
    return word_list([f"{day}{clock}" for clock in _CLOCKS])


def _ordered(name: str, four: str, two: str) -> str:
    text = "replace(translate(u, '/.', '--'), 'T', ' ')"
    return (
        f"CREATE OR REPLACE MACRO {name}(u, latest) AS CASE "
        f"WHEN regexp_matches(u, '^[0-9]{{1,2}}[/.-][0-9]{{1,2}}[/.-][0-9]{{4}}') "
        f"THEN try_strptime({text}, [{_formats(four)}]) "
        f"ELSE century(try_strptime({text}, [{_formats(two)}]), latest) END"
    )


MACROS = (
    (
        "CREATE OR REPLACE MACRO iso(u) AS CASE WHEN substr(u, 5, 1) IN ('-', '/') "
        "AND right(u, 1) NOT IN ('M', 'm') THEN try_cast(u AS TIMESTAMP) END"
    ),
    (
        "CREATE OR REPLACE MACRO is_zoned(u) AS (strpos(u, ':') > 0 AND (right(u, 1) IN ('Z', 'z') "
        "OR strpos(substr(u, 12), '+') > 0 OR strpos(substr(u, 12), '-') > 0 "
        "OR right(u, 3) IN ('UTC', 'GMT')))"
    ),
    (
        "CREATE OR REPLACE MACRO century(t, latest) AS "
        "CASE WHEN year(t) > latest THEN t - INTERVAL 100 YEAR WHEN year(t) <= latest - 100 "
        "THEN t + INTERVAL 100 YEAR ELSE t END"
    ),
    (
        "CREATE OR REPLACE MACRO full_year(t, latest) AS CASE WHEN year(t) < 100 "
        "THEN century(t + INTERVAL 2000 YEAR, latest) ELSE t END"
    ),
    _ordered("day_first", "%d-%m-%Y", "%d-%m-%y"),
    _ordered("month_first", "%m-%d-%Y", "%m-%d-%y"),
    f"CREATE OR REPLACE MACRO first_part(u) AS try_cast(regexp_extract(u, '{_AB}', 1) AS INTEGER)",
    f"CREATE OR REPLACE MACRO second_part(u) AS try_cast(regexp_extract(u, '{_AB}', 2) AS INTEGER)",
    f"CREATE OR REPLACE MACRO is_parted(u) AS regexp_matches(u, '{_AB}')",
    (
        "CREATE OR REPLACE MACRO chinese(u) AS try_cast(trim(regexp_replace(regexp_replace("
        "regexp_replace(u, '[年月]', '-', 'g'), '[日号]', ' '), '[时点分]', ':', 'g'), '秒: ') "
        "AS TIMESTAMP)"
    ),
    (
        "CREATE OR REPLACE MACRO epoch_unit(u, unit) AS CASE WHEN unit <> '' THEN unit "
        "WHEN length(u) <= 10 THEN 's' WHEN length(u) <= 13 THEN 'ms' "
        "WHEN length(u) <= 16 THEN 'us' "
        "ELSE 'ns' END"
    ),
    (
        "CREATE OR REPLACE MACRO from_epoch(n, unit) AS make_timestamp(CASE unit WHEN 's' "
        "THEN n * 1000000 WHEN 'ms' THEN n * 1000 WHEN 'us' THEN n ELSE n // 1000 END)"
    ),
    (
        "CREATE OR REPLACE MACRO is_epoch(u, unit) AS ("
        "regexp_full_match(u, '[0-9]{9,19}([.][0-9]+)?') "
        "AND length(u) <> 14 OR unit <> '' AND regexp_full_match(u, '[0-9]+([.][0-9]+)?'))"
    ),
    (
        "CREATE OR REPLACE MACRO epoch_time(u, unit) AS from_epoch(try_cast(regexp_extract(u, "
        "'^[0-9]+') AS BIGINT), epoch_unit(regexp_extract(u, '^[0-9]+'), unit))"
    ),
    (
        "CREATE OR REPLACE MACRO odd_date(u, parted, unit, latest) AS CASE "
        "WHEN is_epoch(u, unit) THEN epoch_time(u, unit) "
        "WHEN strpos(u, '年') > 0 THEN chinese(u) "
        "WHEN regexp_full_match(u, '[0-9]{8}') THEN try_strptime(u, '%Y%m%d') "
        "WHEN regexp_full_match(u, '[0-9]{14}') THEN try_strptime(u, '%Y%m%d%H%M%S') "
        "WHEN regexp_matches(u, '^[0-9]{4}[.]') THEN try_cast(replace(left(u, 10), '.', '-') "
        "|| substr(u, 11) AS TIMESTAMP) "
        "WHEN is_parted(u) THEN parted "
        f"WHEN regexp_matches(u, '^[0-9]{{4}}[-/]') THEN try_strptime(replace(u, '/', '-'), "
        f"[{_formats('%Y-%m-%d')}]) "
        "WHEN regexp_matches(u, '[A-Za-z]') THEN full_year("
        f"try_strptime(u, [{word_list(_NAMED)}]), "
        "latest) END"
    ),
)


@dataclass(frozen=True, slots=True)
class DateReading:
    """How a column of dates is read. `order`: dmy, mdy, ymd, mixed, or "" for not decidable.

    `zone` is the zone of naive values ("" = the project's), `project_zone` what all become.
    """

    order: str = "ymd"
    unit: str = ""
    has_zoned: bool = False
    has_naive: bool = True
    zone: str = ""
    project_zone: str = "UTC"
    has_odd: bool = True

    @property
    def is_shifted(self) -> bool:
        """Say whether naive times move from the feed's zone to the project's."""
        return bool(self.zone) and self.zone != self.project_zone


def profile_date(u: str) -> dict[str, str]:
    """Return aggregates that decide how a column writes its dates."""
    odd = f"{u} IS NOT NULL AND iso({u}) IS NULL"
    return {
        "n": f"count({u})",
        "odd": f"count(*) FILTER ({odd})",
        "zoned": f"count(*) FILTER (is_zoned({u}))",
        "timed": f"count(*) FILTER (strpos({u}, ':') > 0 AND NOT is_zoned({u}))",
    }


def profile_odd_date(u: str) -> dict[str, str]:
    """Return aggregates that prove the order of day and month."""
    odd = f"{u} IS NOT NULL AND iso({u}) IS NULL"
    return {
        "day_first": f"count(*) FILTER (CASE WHEN {odd} THEN first_part({u}) > 12 "
        f"AND second_part({u}) <= 12 END)",
        "month_first": f"count(*) FILTER (CASE WHEN {odd} THEN second_part({u}) > 12 "
        f"AND first_part({u}) <= 12 END)",
        "unclear": f"count(*) FILTER (CASE WHEN {odd} THEN first_part({u}) <= 12 "
        f"AND second_part({u}) <= 12 AND first_part({u}) <> second_part({u}) END)",
    }


def decide_order(declared: str | None, day_first: int, month_first: int, unclear: int) -> str:
    """Return the order of day and month: declared or proved; "" when nothing proves it."""
    if declared:
        return declared
    if day_first and month_first:
        return "mixed"
    if day_first or month_first:
        return "dmy" if day_first else "mdy"
    return "" if unclear else "dmy"


def _parted(u: str, order: str, latest: int) -> str:
    day, month = f"day_first({u}, {latest})", f"month_first({u}, {latest})"
    match order:
        case "dmy":
            return day
        case "mdy":
            return month
        case "ymd":
            text = f"translate({u}, '/.', '--')"
            return f"century(try_strptime({text}, [{_formats('%y-%m-%d')}]), {latest})"
        case _:
            return (
                f"CASE WHEN first_part({u}) > 12 THEN {day} "
                f"WHEN second_part({u}) > 12 THEN {month} "
                f"WHEN first_part({u}) = second_part({u}) THEN {day} END"
            )


def date_value(u: str, reading: DateReading, today: date) -> str:
    """Return SQL for the naive timestamp in the project's zone; NULL when it does not read."""
    latest = today.year + 10
    odd = f"odd_date({u}, {_parted(u, reading.order, latest)}, {literal(reading.unit)}, {latest})"
    project = literal(reading.project_zone)
    whens = [f"WHEN {u} IS NULL THEN NULL"]
    if reading.unit:
        whens.append(f"WHEN is_epoch({u}, {literal(reading.unit)}) THEN {_from_utc(odd, reading)}")
    if reading.has_zoned:
        whens.append(f"WHEN is_zoned({u}) THEN timezone({project}, try_cast({u} AS TIMESTAMPTZ))")
    if reading.is_shifted:
        moved = f"timezone({project}, timezone({literal(reading.zone)}, iso({u})))"
        whens.append(f"WHEN strpos({u}, ':') > 0 AND iso({u}) IS NOT NULL THEN {moved}")
    if not reading.has_odd:
        return f"CASE {' '.join(whens)} ELSE iso({u}) END"
    whens.append(f"WHEN iso({u}) IS NOT NULL THEN iso({u})")
    whens.append(f"WHEN is_epoch({u}, {literal(reading.unit)}) THEN {_from_utc(odd, reading)}")
    return f"CASE {' '.join(whens)} ELSE {odd} END"


def _from_utc(value: str, reading: DateReading) -> str:
    if reading.project_zone == "UTC":
        return value
    return f"timezone({literal(reading.project_zone)}, timezone('UTC', {value}))"


def _zone_whens(u: str, value: str, reading: DateReading) -> list[str]:
    whens = []
    if reading.has_zoned:
        whens.append(f"WHEN is_zoned({u}) AND {value} <> iso({u}) THEN 'time_zone_converted'")
        if reading.has_naive and not reading.zone:
            whens.append(
                f"WHEN NOT is_zoned({u}) AND strpos({u}, ':') > 0 THEN 'time_zone_assumed'"
            )
    if reading.is_shifted:
        zone = literal(reading.zone)
        there = f"timezone({zone}, iso({u}))"
        back = [f"timezone({zone}, {there} {s} INTERVAL 1 HOUR)" for s in "+-"]
        naive = f"NOT is_zoned({u}) AND strpos({u}, ':') > 0"
        whens += [
            f"WHEN {naive} AND timezone({zone}, {there}) <> iso({u}) THEN 'dst_gap'",
            f"WHEN {naive} AND ({back[0]} = iso({u}) OR {back[1]} = iso({u})) THEN 'dst_overlap'",
            (
                f"WHEN {naive} AND iso({u}) IS NOT NULL AND {value} <> iso({u}) "
                "THEN 'time_zone_converted'"
            ),
        ]
    return whens


def date_status(
    u: str, value: str, reading: DateReading, oldest: int, today: date, *, is_past: bool = False
) -> str:
    """Return SQL for the code of what is odd about the cell; NULL when nothing is."""
    unknown = {"": "date_order_unknown", "mixed": "date_ambiguous"}.get(reading.order)
    whens = [f"WHEN {u} IS NULL THEN NULL"]
    if unknown and reading.has_odd:
        whens.append(
            f"WHEN iso({u}) IS NULL AND first_part({u}) <= 12 AND second_part({u}) <= 12 "
            f"AND first_part({u}) <> second_part({u}) THEN '{unknown}'"
        )
    sentinels = ", ".join(f"DATE '{s}'" for s in SENTINELS)
    whens += [
        f"WHEN {value} IS NULL THEN 'date_unreadable'",
        f"WHEN CAST({value} AS DATE) IN ({sentinels}) THEN 'date_sentinel'",
        *_moved_sentinels(u, sentinels, reading),
        (
            f"WHEN year({value}) < {oldest} OR year({value}) > {today.year + 50} "
            "THEN 'date_implausible'"
        ),
        *([f"WHEN CAST({value} AS DATE) > DATE '{today}' THEN 'date_in_future'"] * is_past),
        *_zone_whens(u, value, reading),
    ]
    if not reading.has_odd:
        return f"CASE {' '.join(whens)} END"
    whens += [
        f"WHEN iso({u}) IS NOT NULL THEN NULL",
        f"WHEN is_epoch({u}, {literal(reading.unit)}) THEN 'date_epoch'",
        (
            f"WHEN is_parted({u}) AND NOT regexp_matches({u}, '^[^ T]*[0-9]{{4}}') "
            "THEN 'date_two_digit_year'"
        ),
    ]
    return f"CASE {' '.join(whens)} ELSE 'date_read' END"


def _moved_sentinels(u: str, sentinels: str, reading: DateReading) -> list[str]:
    """Return the test for placeholders that a change of zone would hide."""
    if not (reading.has_zoned or reading.is_shifted):
        return []
    return [f"WHEN CAST(iso({u}) AS DATE) IN ({sentinels}) THEN 'date_sentinel'"]


def date_output(value: str, status: str, kind: Kind) -> str:
    """Return SQL for the canonical cell: placeholders and impossible dates become NULL."""
    sql_type = "DATE" if kind is Kind.DATE else "TIMESTAMP"
    gone = word_list(["date_sentinel", "date_implausible", "date_in_future"])
    return f"CASE WHEN coalesce({status}, '') NOT IN ({gone}) THEN CAST({value} AS {sql_type}) END"
