"""Short builders of finding kinds: one per action, so that a list of kinds reads as a table."""

from keepwell.vocabulary import Action, Bilingual, FindingKind, Severity


def _kind(code: str, severity: Severity, action: Action, texts: tuple[str, ...]) -> FindingKind:
    zh, en, cure_zh, cure_en = texts
    return FindingKind(code, severity, action, Bilingual(zh, en), Bilingual(cure_zh, cure_en))


def rejects(code: str, *texts: str) -> FindingKind:
    """Return a kind that stops the table; texts: zh, en, cure zh, cure en."""
    return _kind(code, Severity.ERROR, Action.REJECTED, texts)


def quarantines(code: str, *texts: str) -> FindingKind:
    """Return a kind that sets rows aside; texts as in `rejects`."""
    return _kind(code, Severity.WARNING, Action.QUARANTINED, texts)


def fixes(code: str, *texts: str) -> FindingKind:
    """Return a kind that mends cells and says so; texts as in `rejects`."""
    return _kind(code, Severity.INFO, Action.FIXED, texts)


def merges(code: str, *texts: str) -> FindingKind:
    """Return a kind that folds rows into one; texts as in `rejects`."""
    return _kind(code, Severity.INFO, Action.MERGED, texts)


def excludes(code: str, *texts: str) -> FindingKind:
    """Return a kind that leaves rows out as declared; texts as in `rejects`."""
    return _kind(code, Severity.INFO, Action.EXCLUDED, texts)


def warns(code: str, *texts: str) -> FindingKind:
    """Return a kind that keeps the data and warns; texts as in `rejects`."""
    return _kind(code, Severity.WARNING, Action.WARNED, texts)
