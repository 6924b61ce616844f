"""Who belongs to a cell of the playbook library, as a condition over the portfolio."""

from keepwell.playbooks import SIZES, Playbook


def cell_condition(book: Playbook) -> str:
    """Return the condition that an account belongs to a playbook's cell."""
    size = book.size.replace("'", "''")
    if book.size == "unknown":
        named = ", ".join(f"'{s}'" for s in SIZES)
        where = f"account_size_segment IS NULL OR account_size_segment NOT IN ({named})"
    else:
        where = "TRUE" if book.size == "any" else f"account_size_segment = '{size}'"
    return f"effective_tier = '{book.tier}' AND ({where})"
