"""The first run from the browser: files, what their columns mean, then the first snapshot."""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from keepwell.adapters.configuration_files import shipped_scorecard
from keepwell.adapters.state import SqlAccessStore
from keepwell.adapters.upload_area import DATABASES
from keepwell.intake import Choices
from keepwell.vocabulary import TABLES, InputProblem, Kind, Lang
from keepwell.wiring.demo import declare_currency
from keepwell.wiring.project import Project
from keepwell.wiring.served import SCORECARD
from keepwell.wiring.start import start_project
from keepwell.wiring.uploads import FIRST_FOLDER, UploadDesk, look

FILE = "first_run.json"
# The files that the first run writes, by hash: whatever differs was written by somebody.
WROTE = "first_run_wrote.json"
BEFORE = ".before"
OWN_FOLDERS = ("scorecards", "playbooks", "segments", "triggers", "journeys", "content", "reports",
               "backups")  # fmt: skip
CURRENCY = re.compile(r"[A-Z]{3}")
ZONE_LINE = "time_zone: UTC"


class FirstRun:
    """The three steps of a project without a snapshot."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._uploads = UploadDesk(project)

    @property
    def found(self) -> Mapping[str, Any] | None:
        """Return what was recognised in the files; None before files were chosen."""
        try:
            found = json.loads(self._file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        return found if isinstance(found, dict) and found.get("feeds") is not None else None

    @property
    def _file(self) -> Path:
        return self._project.layout.hidden / FILE

    def folders(self) -> tuple[str, ...]:
        """Return folders inside the project that could be the source."""
        root = self._project.layout.root
        return tuple(
            sorted(
                p.name
                for p in root.iterdir()
                if p.is_dir() and not p.is_symlink() and p.name[0] != "." and any(p.iterdir())
                and p.name not in OWN_FOLDERS
            )
        )  # fmt: skip

    def in_place(self) -> tuple[str, ...]:
        """Return the files that the first run would write over and that it did not write."""
        layout = self._project.layout
        files = (layout.config, layout.scorecards / _card_file())
        try:
            wrote = json.loads((layout.hidden / WROTE).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            wrote = {}
        names = {f.relative_to(layout.root).as_posix(): f for f in files if f.is_file()}
        return tuple(n for n, f in names.items() if wrote.get(n) != _hash(f))

    def use_files(self, folder: str, by: str) -> None:
        """Put waiting files in place, or take a folder that is there, and recognise its columns.

        Errors: InputProblem where nothing can be used.
        """
        root = self._project.layout.root
        if folder and folder not in self.folders():
            raise InputProblem(
                f"There is no folder `{folder[:60]}` with files in the project.",
                cure=f"Folders: {', '.join(self.folders()) or 'none'}. Or upload files.",
            )
        if not folder:
            self._put_in_place(by)
        place = root / (folder or FIRST_FOLDER)
        found = look(place)
        if fault := found.get("fault"):
            raise InputProblem(fault["what"], cure=fault["cure"])
        databases = [f for f in place.iterdir() if f.name.lower().endswith(DATABASES)]
        origin = databases[0] if databases else place
        self._keep({**found, "origin": origin.relative_to(root).as_posix()})

    def begin_again(self) -> None:
        """Go back to the first step; files that are in place stay."""
        self._file.unlink(missing_ok=True)

    def begin(
        self,
        choices: Choices,
        *,
        currency: str,
        time_zone: str,
        lang: Lang,
        by: str,
        replaces: bool = False,
    ) -> None:
        """Write keepwell.yml and a scorecard. Errors: InputProblem, also without accounts.

        `replaces`: what somebody wrote gives way, and stays beside it under another name.
        """
        found = self.found
        if found is None:
            raise InputProblem("No files were chosen yet.", cure="Begin with the first step.")
        if not CURRENCY.fullmatch(currency):
            raise InputProblem(
                f"`{currency[:10]}` is no currency.", cure="Write three letters, such as CNY."
            )
        zone = _zone(time_zone)
        root = self._project.layout.root
        kept = self._laid_aside(replaces=replaces)
        _, report = start_project(
            root, root / str(found["origin"]), scorecard=SCORECARD, lang=lang, force=True,
            clock=self._project.clock, has_preview=False, choices=choices,
        )  # fmt: skip
        self._remember(report.written)
        if not report.is_ready:
            missing = [m for f in report.proposal.of("accounts") for m in f.missing]
            self._project.layout.config.unlink(missing_ok=True)
            for name, other in kept.items():
                other.replace(root / name)
            raise InputProblem(
                f"The table of customers lacks: {', '.join(missing) or 'everything'}.",
                cure="Say which column it is, or send a file with one row for each customer.",
            )
        declare_currency(root, currency)
        path = self._project.layout.config
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace(ZONE_LINE, f"time_zone: {zone}", 1), encoding="utf-8")
        self._remember(report.written)
        log = SqlAccessStore(self._project.state)
        details = {"currency": currency, "time_zone": zone, "origin": found["origin"],
                   "laid_aside": sorted(kept)}  # fmt: skip
        log.note_deed(by, "project_begun", "keepwell.yml", details, self._project.now)

    def _laid_aside(self, *, replaces: bool) -> Mapping[str, Path]:
        """Copy what somebody wrote to free names beside it. Errors: InputProblem unless told to."""
        found, root = self.in_place(), self._project.layout.root
        kept = {name: _free(root / f"{name}{BEFORE}") for name in found}
        names = " and ".join(k.relative_to(root).as_posix() for k in kept.values())
        if found and not replaces:
            raise InputProblem(
                f"There is no run yet of what was written before: {' and '.join(found)}. The first "
                "run would write it anew. Nothing was changed.",
                cure="Compute its snapshot from the page Data, or confirm that it may be replaced: "
                f"it stays beside the new one as {names}.",
                files=list(found),
            )
        for name, other in kept.items():
            other.write_bytes((root / name).read_bytes())
        return kept

    def _remember(self, names: Sequence[str]) -> None:
        layout = self._project.layout
        wrote = {name: _hash(layout.root / name) for name in names}
        (layout.hidden / WROTE).write_text(json.dumps(wrote), encoding="utf-8")

    def _put_in_place(self, by: str) -> None:
        sound = [u for u in self._uploads.waiting() if u.is_sound]
        place = self._project.layout.root / FIRST_FOLDER
        if not sound and not (place.is_dir() and any(place.iterdir())):
            raise InputProblem(
                "There is no file to begin with.", cure="Upload one with a row for each customer."
            )
        for upload in reversed(sound):
            self._uploads.confirm(upload.id, by)

    def _keep(self, found: Mapping[str, Any]) -> None:
        self._file.write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")


@cache
def _card_file() -> str:
    return f"{shipped_scorecard(SCORECARD).scorecard}.yml"


def _hash(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _free(file: Path) -> Path:
    names = (file.with_name(f"{file.name}{end}") for end in ("", *(f"-{n}" for n in range(2, 99))))
    return next((f for f in names if not f.exists()), file)


def has_money(found: Mapping[str, Any]) -> bool:
    """Say whether any column was taken for an amount."""
    return any(
        (column := TABLES[f["table"]].column(c["canonical"])) and column.kind is Kind.MONEY
        for f in found["feeds"]
        for c in f["columns"]
    )


def _zone(name: str) -> str:
    try:
        return ZoneInfo(name.strip()).key
    except (ZoneInfoNotFoundError, ValueError, OSError) as unknown:
        raise InputProblem(
            f"`{name[:40]}` is no time zone.", cure="Use a name such as Asia/Shanghai."
        ) from unknown
