"""What a reader saw in one table: findings, rows set aside, and the way to reject it."""

from collections import Counter
from dataclasses import dataclass, field

from keepwell.intake import FILE_FINDINGS, worded
from keepwell.ports import RejectedRow
from keepwell.vocabulary import Example, Finding, SourceRejected


def rejection(table: str, code: str, *, count: int = 1, **params: object) -> SourceRejected:
    """Return the error that stops `table`; `details` carry its code, table and finding."""
    words = {name: str(value) for name, value in params.items()}
    kind = worded(FILE_FINDINGS[code], count, words)
    finding = Finding(kind, table, count, params=words)
    return SourceRejected(
        finding.message("en"),
        cure=finding.cure("en"),
        code=code,
        table=table,
        finding=finding,
    )


@dataclass(slots=True)
class FileLog:
    """The findings and rows set aside of one table; both lists are handed to its RawTable."""

    table: str
    file: str
    set_aside_limit: int
    findings: list[Finding] = field(default_factory=list)
    rejected: list[RejectedRow] = field(default_factory=list)
    set_aside_bytes: int = 0

    def note(
        self, code: str, count: int = 1, *, examples: tuple[Example, ...] = (), **params: object
    ) -> None:
        """Add a finding of `FILE_FINDINGS`."""
        words = {name: str(value) for name, value in params.items()}
        kind = worded(FILE_FINDINGS[code], count, words)
        self.findings.append(Finding(kind, self.table, count, examples=examples, params=words))

    def set_aside(self, row: int, raw: str, reason: str) -> None:
        """Keep a row that could not be split. Errors: SourceRejected when they fill the memory."""
        self.rejected.append(RejectedRow(self.file, row, raw, reason))
        self.set_aside_bytes += len(raw)
        if self.set_aside_bytes > self.set_aside_limit:
            raise self.mostly_unreadable(len(self.rejected))

    def mostly_unreadable(self, rows: int) -> SourceRejected:
        """Return the error for a table most of whose rows were set aside."""
        reason = Counter(row.reason for row in self.rejected).most_common(1)[0][0]
        return rejection(
            self.table,
            "mostly_unreadable",
            count=len(self.rejected),
            expected=rows,
            found=reason,
        )
