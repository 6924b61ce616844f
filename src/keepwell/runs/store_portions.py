"""Stores a select over all accounts by portions, so that its joins need memory for some only."""

from keepwell.ports import Engine


def store_by_portions(engine: Engine, name: str, select: str) -> None:
    """Store a select over all accounts, whose joins need memory for some of them at a time."""
    first, *others = engine.portions("accounts", "account_id")
    if not others:
        engine.create_table(name, select)
        return
    portion = f"SELECT * FROM ({select}) AS portion WHERE"  # noqa: S608
    engine.create_table(name, f"{portion} {first}")
    for where in others:
        engine.run(f"INSERT INTO {name} {portion} {where}")
