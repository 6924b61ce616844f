"""The rows behind a measure of one account."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from keepwell.measures import CATALOG
from keepwell.web.measuring import measure_text, value_text
from keepwell.web.security import Visit, needs
from keepwell.web.security.entrance import note_view
from keepwell.web.showing import page
from keepwell.wiring.evidence import evidence_of

evidence = APIRouter()


@evidence.get("/accounts/{account_id:path}/evidence/{measure}")
def evidence_page(
    request: Request, account_id: str, measure: str, visit: Visit = needs("see")
) -> Response:
    """Show the rows. Errors: NotFound."""
    found = evidence_of(visit.desk, visit.scope, account_id, measure)
    account = visit.desk.pages.account(visit.scope, account_id)
    note_view(visit, "evidence", account_id)
    value = account.values.get(measure)
    definition = CATALOG[measure]
    values = {
        "a": account,
        "label": measure_text(measure, visit.lang),
        "description": definition.description.text(visit.lang),
        "value": "" if value is None else value_text(measure, value, visit.lang),
        "formula": definition.formula,
        "tables": found,
    }
    return page(request, "evidence.html", visit, values)
