"""The accounts that a project knows, and the people who look after them."""

from keepwell.wiring.project import Project


def known_accounts(project: Project) -> tuple[list[str], list[str]]:
    """Return the ids of all accounts of the last import, and those of their CSMs and owners.

    Errors: NotFound when nothing was checked yet.
    """
    with project.reader() as engine:
        engine.read_parquet("accounts", project.last_import().folder / "accounts.parquet")
        accounts = [str(i) for (i,) in engine.rows("SELECT account_id FROM accounts")]
        people = engine.rows(
            "SELECT csm_id FROM accounts WHERE csm_id IS NOT NULL GROUP BY csm_id "
            "UNION ALL SELECT owner_id FROM accounts WHERE owner_id IS NOT NULL GROUP BY owner_id"
        )
        return accounts, [str(p) for (p,) in people]
