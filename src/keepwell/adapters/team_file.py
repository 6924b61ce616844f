"""team.yml of a project: read and checked against the library, with the lines of mistakes."""

from collections.abc import Collection
from pathlib import Path

from keepwell.actions import TeamSettings
from keepwell.adapters.configuration_nodes import Document, read_document
from keepwell.adapters.configuration_problems import did_you_mean, problems_of, validate

_EMPTY_CURE = "List people with their roles (docs/actions.md), or delete the file."


def load_team(
    path: Path, roles: Collection[str], actions: Collection[str], plays: Collection[str] = ()
) -> TeamSettings:
    """Return who works; without the file, CSMs as in the source.

    `roles`, `actions`: what the playbook library knows. `plays`: those that are no rescue.
    Errors: ConfigInvalid with file and line.
    """
    if not path.is_file():
        return TeamSettings()
    document = read_document(path, empty_cure=_EMPTY_CURE)
    found = validate(document, TeamSettings)
    if document.problems or found is None:
        raise problems_of(document)
    _report_unknown(document, found, roles, actions)
    for n, holdout in enumerate(found.holdouts):
        if holdout.play not in plays:
            hint = did_you_mean(holdout.play, plays)
            what = f"no play `{holdout.play}` outside the rescue strategy in the library.{hint}"
            document.report(("holdouts", n, "play"), what)
    if document.problems:
        raise problems_of(document)
    return found


def _report_unknown(
    document: Document, found: TeamSettings, roles: Collection[str], actions: Collection[str]
) -> None:
    for n, member in enumerate(found.people):
        for role in member.roles:
            if role not in roles:
                what = f"no role `{role}` in the library.{did_you_mean(role, roles)}"
                document.report(("people", n, "roles"), what)
    for n, cell in enumerate(found.cells):
        if cell.action not in actions:
            what = f"no action `{cell.action}` in the library.{did_you_mean(cell.action, actions)}"
            document.report(("cells", n, "action"), what)
