"""Lists as files: only rows in sight, no cell that a spreadsheet would run, noted in the log."""

import csv
import io
from collections.abc import Iterator
from tempfile import TemporaryFile
from typing import IO, Any

from fastapi.responses import Response, StreamingResponse

from keepwell.ports.pages import AccountFilter, ListedAccount
from keepwell.vocabulary import NotFound
from keepwell.web.figures import score_text
from keepwell.web.security import Visit

COLUMNS = (
    "account_id", "name", "industry", "size", "region", "csm_id", "tier", "score", "change_30d",
    "coverage", "amount", "expected_loss_amount", "segment", "value_tier", "renews_on", "idle_days",
)  # fmt: skip
AT_ONCE = 2000
PART_BYTES = 65_536
# Those of full width too: a spreadsheet in Chinese or Japanese takes them as well.
RUNS_AS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def exported(visit: Visit, wanted: AccountFilter, kind: str) -> Response:
    """Return a file of the accounts of a filter. Errors: NotFound for another kind."""
    if kind not in ("csv", "xlsx"):
        raise NotFound(f"There is no export as {kind}.", cure="Use csv or xlsx.")
    header = visit.desk.header()
    name = f"accounts-{header.as_of if header else 'none'}.{kind}"
    total = visit.desk.pages.count(visit.scope, wanted)
    details = {"file": name, "rows": total}
    visit.desk.access.note_deed(visit.person.login, "exported", "accounts", details, visit.now)
    disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
    if kind == "csv":
        return StreamingResponse(
            _csv(visit, wanted), headers=disposition, media_type="text/csv; charset=utf-8"
        )
    sheet = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    made = _xlsx(visit, wanted)
    return StreamingResponse(_parts(made), headers=disposition, media_type=sheet)


def _rows(visit: Visit, wanted: AccountFilter) -> Iterator[ListedAccount]:
    key: str | None = ""
    while key is not None:
        found = visit.desk.pages.accounts(visit.scope, wanted, sort="name", key=key, limit=AT_ONCE)
        yield from found.accounts
        key = found.after


def _cells(account: ListedAccount) -> list[Any]:
    change, micro, renews = account.change_micro, account.score_micro, account.renews_on
    cells = (
        account.account_id,
        account.name,
        account.industry,
        account.size,
        account.region,
        account.csm_id,
        account.tier,
        None if micro is None else float(score_text(micro)),
        None if change is None else round(change / 1e6, 1),
        round(account.coverage, 4),
        account.amount,
        account.loss_amount,
        account.segment,
        account.value_tier,
        None if renews is None else renews.isoformat(),
        account.idle_days,
    )
    return [harmless(c) for c in cells]


def harmless(cell: Any) -> Any:
    """Return a cell that no spreadsheet takes for a formula.

    >>> harmless("=1+1"), harmless("Acme"), harmless(-3)
    ("'=1+1", 'Acme', -3)
    """
    is_risky = isinstance(cell, str) and cell.startswith(RUNS_AS_FORMULA)
    return f"'{cell}" if is_risky else cell


def _csv(visit: Visit, wanted: AccountFilter) -> Iterator[str]:
    # The mark lets spreadsheets see UTF-8.
    text = io.StringIO("\ufeff")
    text.seek(0, io.SEEK_END)
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for number, account in enumerate(_rows(visit, wanted), 1):
        writer.writerow(_cells(account))
        if number % AT_ONCE == 0:
            yield text.getvalue()
            text.seek(0)
            text.truncate()
    yield text.getvalue()


def _xlsx(visit: Visit, wanted: AccountFilter) -> IO[bytes]:
    """Return a file on disk, so that a long list takes no memory; it goes when it is closed."""
    import xlsxwriter

    made = TemporaryFile()  # noqa: SIM115 - who sends it closes it
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(made, options) as book:
        sheet = book.add_worksheet("accounts")
        sheet.freeze_panes(1, 2)
        sheet.write_row(0, 0, COLUMNS)
        for number, account in enumerate(_rows(visit, wanted), 1):
            sheet.write_row(number, 0, _cells(account))
    made.seek(0)
    return made


def _parts(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while part := file.read(PART_BYTES):
            yield part
