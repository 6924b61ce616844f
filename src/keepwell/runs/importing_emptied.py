"""Sources that had rows in the last good import and have none now: refused unless accepted."""

from collections.abc import Mapping

from keepwell.config import Config
from keepwell.intake import finding
from keepwell.runs.importing_record import Imported
from keepwell.vocabulary import TABLES, Finding


def emptied_findings(
    config: Config, source_rows: Mapping[str, int], last: Imported | None
) -> list[Finding]:
    """Return a finding for each feed whose rows are gone; `source_rows` are those read now."""
    if last is None:
        return []
    findings = []
    for name, feeds in config.tables.items():
        for feed in feeds:
            before = last.source_rows.get(feed.source, 0)
            is_gone = before > 0 and not source_rows.get(feed.source)
            if is_gone and name in TABLES and not feed.accept_row_change:
                params = {"source": feed.source, "before": str(before)}
                findings.append(finding("rows_gone", name, before, **params))
    return findings
