"""Open CTAs that nobody owns go to the CSM of their account once the source names one."""

from collections.abc import Mapping

from keepwell.ports import ActionStore, Engine
from keepwell.runs.act_tables import ask_for

UNOWNED = "cta_unowned"


def handed_out(store: ActionStore, engine: Engine) -> Mapping[int, str]:
    """Return whose the CTAs without owner are by today's portfolio; the others stay as they are."""
    unowned = store.unowned()
    if not unowned:
        return {}
    ask_for(engine, UNOWNED, "cta_id", unowned)
    found = engine.rows(
        f"SELECT u.cta_id, coalesce(p.csm_id, p.owner_id) FROM {UNOWNED} AS u "  # noqa: S608
        "JOIN portfolio AS p ON p.account_id = u.account_id "
        "WHERE coalesce(p.csm_id, p.owner_id) IS NOT NULL"
    )
    return {int(i): str(owner) for i, owner in found}
