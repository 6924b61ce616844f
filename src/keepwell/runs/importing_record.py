"""What an import leaves behind: its record in memory and as manifest.json and findings.json."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from keepwell.vocabulary import (
    Action,
    Bilingual,
    Example,
    Finding,
    FindingKind,
    NotFound,
    Severity,
    TableCount,
)

MANIFEST = "manifest.json"
FINDINGS = "findings.json"
QUARANTINE = "quarantine.parquet"


@dataclass(frozen=True, slots=True)
class Imported:
    """The result of one check; canonical tables lie in `folder` only when `is_accepted`.

    `mapped`:      filled columns as "table.column", derived ones included.
    `newest`:      newest date of each table that dates its rows.
    `source_rows`: rows read from each source table; `headers`: its columns.
    `fingerprints`: what each source table's content hashes to.
    `months`:      for each event table its months, as "2026-10", and what their rows hash to.
    `currency`:    the currency of all amounts, None while undeclared.
    """

    folder: Path
    import_id: str
    mapped: frozenset[str]
    findings: tuple[Finding, ...]
    counts: tuple[TableCount, ...]
    newest: Mapping[str, date]
    source_rows: Mapping[str, int]
    headers: Mapping[str, tuple[str, ...]]
    currency: str | None
    checked_on: date
    fingerprints: Mapping[str, str] = field(default_factory=dict)
    months: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def is_accepted(self) -> bool:
        """Say whether no finding stops the import."""
        return not any(f.kind.severity is Severity.ERROR for f in self.findings)

    def count(self, table: str) -> TableCount | None:
        """Return the row account of a table, or None."""
        return next((c for c in self.counts if c.table == table), None)


def finding_to_json(finding: Finding) -> dict[str, Any]:
    """Return a finding as plain values, its words included, so that it stays readable."""
    return asdict(finding)


def finding_from_json(given: Mapping[str, Any]) -> Finding:
    """Return the finding that `finding_to_json` wrote."""
    kind = given["kind"]
    return Finding(
        kind=FindingKind(
            kind["code"],
            Severity(kind["severity"]),
            Action(kind["action"]),
            Bilingual(**kind["message"]),
            Bilingual(**kind["cure"]),
        ),
        table=given["table"],
        count=given["count"],
        column=given["column"],
        examples=tuple(Example(**e) for e in given["examples"]),
        params=given["params"],
    )


def write_import(imported: Imported, folder: Path) -> None:
    """Write manifest.json and findings.json into `folder`."""
    manifest = {
        "import_id": imported.import_id,
        "is_accepted": imported.is_accepted,
        "checked_on": imported.checked_on.isoformat(),
        "currency": imported.currency,
        "mapped": sorted(imported.mapped),
        "counts": [asdict(c) for c in imported.counts],
        "newest": {k: v.isoformat() for k, v in sorted(imported.newest.items())},
        "source_rows": dict(sorted(imported.source_rows.items())),
        "headers": {k: list(v) for k, v in sorted(imported.headers.items())},
        "fingerprints": dict(sorted(imported.fingerprints.items())),
        "months": imported.months,
    }
    _write(folder / FINDINGS, [finding_to_json(f) for f in imported.findings])
    _write(folder / MANIFEST, manifest)


def _write(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1), encoding="utf-8")


def load_import(folder: Path) -> Imported:
    """Return the record of an import folder. Errors: NotFound."""
    if not (folder / MANIFEST).is_file():
        raise NotFound(f"There is no import in {folder}.", cure="Run keepwell check.")
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    findings = json.loads((folder / FINDINGS).read_text(encoding="utf-8"))
    return Imported(
        folder=folder,
        import_id=manifest["import_id"],
        mapped=frozenset(manifest["mapped"]),
        findings=tuple(finding_from_json(f) for f in findings),
        counts=tuple(TableCount(**c) for c in manifest["counts"]),
        newest={k: date.fromisoformat(v) for k, v in manifest["newest"].items()},
        source_rows=manifest["source_rows"],
        headers={k: tuple(v) for k, v in manifest["headers"].items()},
        currency=manifest["currency"],
        checked_on=date.fromisoformat(manifest["checked_on"]),
        fingerprints=manifest.get("fingerprints", {}),
        months=manifest.get("months", {}),
    )
