"""A folder of texts that commands write for people: scripts, dbt projects."""

from collections.abc import Mapping
from pathlib import Path

from keepwell.adapters.configuration_files import ProjectFolder

# Texts of these kinds would be run or read with ours; those of dbt itself are left alone.
KINDS = (".sql", ".yml")
OF_DBT = ("target", "logs", "dbt_packages", "profiles.yml")


class TextFolderOnDisk:
    """Fulfils `runs.compile.TextFolder`."""

    def __init__(self, place: Path) -> None:
        self._place = place

    def files(self) -> tuple[str, ...]:
        """Return the names of the SQL and YAML files that are there, but those of dbt."""
        if not self._place.is_dir():
            return ()
        found = (p.relative_to(self._place) for p in self._place.rglob("*") if p.suffix in KINDS)
        return tuple(str(p) for p in found if p.parts[0] not in OF_DBT)

    def write(self, texts: Mapping[str, str]) -> None:
        """Write files, each at once and whole. Errors: SourceUnavailable."""
        ProjectFolder(self._place).write(texts)
