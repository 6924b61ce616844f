"""The accounts that a project knows, and the people who look after them."""

from keepwell.adapters.delivery_file import load_delivery
from keepwell.adapters.playbook_library import load_library
from keepwell.adapters.team_file import load_team
from keepwell.messages import named_people
from keepwell.vocabulary import NotFound
from keepwell.wiring.project import Project


def known_people(project: Project) -> tuple[str, ...]:
    """Return everybody who may own work: CSMs and owners of the source, team.yml, delivery.yml.

    Errors: ConfigInvalid for one of these files.
    """
    try:
        _, of_source = known_accounts(project)
    except NotFound:
        of_source = []
    library = load_library(project.layout.playbooks)
    actions, plays = [a.id for a in library.actions], [p.play for p in library.plays]
    team = load_team(project.layout.team, library.roles, actions, plays)
    told = named_people(load_delivery(project.layout.delivery))
    return tuple(dict.fromkeys((*of_source, *(m.person for m in team.people), *told)))


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
