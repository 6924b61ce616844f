"""A proposal as a person corrected it: each source column means what the person says."""

from collections.abc import Mapping
from dataclasses import replace

from keepwell.intake.proposals import ColumnProposal, FeedProposal, Proposal, Reason
from keepwell.vocabulary import TABLES, InputProblem

# By canonical table and source: source column to canonical column, "" for not used.
Choices = Mapping[tuple[str, str], Mapping[str, str]]


def amended(proposal: Proposal, choices: Choices) -> Proposal:
    """Return a proposal with the choices of a person; what nobody chose stays as proposed.

    Errors: InputProblem when two columns are to fill one, or for a column that is not canonical.
    """
    feeds = tuple(_feed(f, choices.get((f.table, f.source), {})) for f in proposal.feeds)
    return replace(proposal, feeds=feeds)


def _feed(feed: FeedProposal, chosen: Mapping[str, str]) -> FeedProposal:
    if not chosen:
        return feed
    known = {c.name for c in TABLES[feed.table].columns}
    if wrong := sorted(set(chosen.values()) - known - {""}):
        raise InputProblem(
            f"`{feed.table}` has no column `{wrong[0]}`.", cure="Choose one of the list."
        )
    columns = [c for c in feed.columns if _stays(c, chosen)]
    there = {(c.source, c.canonical) for c in columns}
    columns += [
        ColumnProposal(canonical, source, Reason.PERSON, "", 1.0)
        for source, canonical in chosen.items()
        if canonical and (source, canonical) not in there
    ]
    _require_one_each(feed.table, columns)
    have = {c.canonical for c in columns}
    missing = tuple(
        c.name for c in TABLES[feed.table].columns if c.is_required and c.name not in have
    )
    given = {s for s, c in chosen.items() if not c}
    unmapped = tuple(dict.fromkeys((*(u for u in feed.unmapped if not chosen.get(u)), *given)))
    return replace(
        feed,
        columns=tuple(columns),
        missing=missing,
        unmapped=unmapped,
        is_active=not missing or feed.table == "accounts",
    )


def _stays(column: ColumnProposal, chosen: Mapping[str, str]) -> bool:
    """Say whether a proposed column stays: nobody decided, or it was chosen as it is."""
    return column.source not in chosen or chosen[column.source] == column.canonical


def _require_one_each(table: str, columns: list[ColumnProposal]) -> None:
    seen: dict[str, str] = {}
    for column in columns:
        other = seen.setdefault(column.canonical, column.source)
        if other != column.source:
            raise InputProblem(
                f"`{other}` and `{column.source}` cannot both be `{column.canonical}` of {table}.",
                cure="Say which one it is, and that the other is not used.",
            )
