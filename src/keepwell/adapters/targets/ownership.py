"""How a table of ours is told from another one that has its name."""

from collections.abc import Sequence

from keepwell.vocabulary import InputProblem


def not_ours(name: str, place: str, found: Sequence[str], wanted: Sequence[str]) -> InputProblem:
    """Return the error for a table or file whose columns are not those that are delivered."""
    missing = [c for c in wanted if c not in found]
    more = [c for c in found if c not in wanted]
    differs = "; ".join(
        f"{word} {', '.join(columns[:8])}"
        for word, columns in (("lacks", missing), ("also holds", more))
        if columns
    )
    return InputProblem(
        f"`{name}` in {place} is not a table of keepwell: it {differs}. Nothing was written.",
        cure="Choose another `writeback.prefix` in keepwell.yml, or rename that table.",
        table=name,
        found=list(found),
        expected=list(wanted),
    )
