"""Files that come over the web: taken in, checked by a process of its own, confirmed, discarded."""

import json
from collections.abc import AsyncIterable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import IO, Any

from keepwell.adapters.child_process import answer_of_module
from keepwell.adapters.sources.object_store import is_address
from keepwell.adapters.state import SqlAccessStore
from keepwell.adapters.upload_area import Upload, UploadArea
from keepwell.config import Source
from keepwell.vocabulary import InputProblem
from keepwell.wiring.project import Project

CHECKER = "keepwell.wiring.upload_check"
WAIT_S = 180.0
PIECE_BYTES = 1 << 20
FAULT = {
    "what": "Its check was ended: it needs more memory or time than a file of its size should.",
    "cure": "Save it again as plain csv, and split a very large one.",
}
# Where files of a project without keepwell.yml go.
FIRST_FOLDER = "data"


class UploadDesk:
    """The waiting files of a project, and what may be done with them."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._area = UploadArea(project.layout.uploads)
        self._log = SqlAccessStore(project.state)

    def waiting(self) -> tuple[Upload, ...]:
        """Return what waits, the newest first."""
        return self._area.waiting()

    def take(self, name: str, pieces: Iterable[bytes], by: str) -> Upload:
        """Take a file in, piece by piece, and check it. Errors: InputProblem."""
        with self._area.receive(name, by, self._project.now.isoformat()) as file:
            for piece in pieces:
                file.write(piece)
            upload = file.whole()
        return self.checked(upload)

    async def take_stream(self, name: str, pieces: AsyncIterable[bytes], by: str) -> Upload:
        """Take a file in as it arrives; it is not checked yet. Errors: InputProblem."""
        with self._area.receive(name, by, self._project.now.isoformat()) as file:
            async for piece in pieces:
                file.write(piece)
            return file.whole()

    def checked(self, upload: Upload) -> Upload:
        """Look at a file in a bounded process of its own, and store what was found."""
        found = look(self._area.path(upload).parent)
        fault = found.get("fault", {})
        done = replace(upload, tables=tuple(found.get("tables", ())), fault=fault)
        details: dict[str, Any] = {
            "file": upload.name, "bytes": upload.size_bytes, "sha256": upload.sha256
        }  # fmt: skip
        action = "upload_refused" if fault else "upload_received"
        self._note(
            upload.by, action, upload.id, details | ({"why": fault["what"]} if fault else {})
        )
        return self._area.keep(done)

    def confirm(self, upload_id: str, by: str) -> Path:
        """Put a file that was checked where the source is read. Errors: NotFound, InputProblem."""
        upload = self._area.upload(upload_id)
        if not upload.is_sound:
            raise InputProblem(
                f"`{upload.name}` cannot be used: {upload.fault.get('what', 'it was not checked')}",
                cure="Discard it and send another one.",
            )
        target = self.target(upload)
        details = {"file": upload.name, "to": str(target), "replaces": target.exists()}
        self._area.move(upload, target)
        self._note(by, "upload_confirmed", upload_id, details)
        return target

    def discard(self, upload_id: str, by: str) -> None:
        """Forget a file. Errors: NotFound."""
        upload = self._area.upload(upload_id)
        self._area.discard(upload)
        self._note(by, "upload_discarded", upload_id, {"file": upload.name})

    def target(self, upload: Upload) -> Path:
        """Return where a file would go. Errors: InputProblem where the source takes none."""
        layout, source = self._project.layout, self._project.config.source
        if not layout.config.is_file():
            return layout.root / FIRST_FOLDER / upload.name
        place = (layout.root / Path(source.path).expanduser()).resolve()
        is_inside = place.is_relative_to(layout.root) and not is_address(source.path)
        if source.kind == "folder" and is_inside and not upload.is_database:
            return place / upload.name
        if source.kind == "sqlite" and is_inside and upload.is_database:
            return place
        raise _takes_none(source, upload)

    def _note(self, by: str, action: str, subject: str, details: dict[str, Any]) -> None:
        self._log.note_deed(by, action, subject, details, self._project.now)


def look(folder: Path) -> dict[str, Any]:
    """Return what a bounded process found in a folder of files."""
    answer = answer_of_module(CHECKER, [str(folder)], WAIT_S)
    try:
        found = json.loads(answer) if answer else {"fault": FAULT}
    except ValueError:
        return {"fault": FAULT}
    return found if isinstance(found, dict) else {"fault": FAULT}


def pieces(stream: IO[bytes]) -> Iterator[bytes]:
    """Yield a file that is open for reading, piece by piece."""
    while piece := stream.read(PIECE_BYTES):
        yield piece


def _takes_none(source: Source, upload: Upload) -> InputProblem:
    kind = "a SQLite file" if source.kind == "sqlite" else f"{source.kind}: {source.place}"
    return InputProblem(
        f"`{upload.name}` does not fit the source, which is {kind}.",
        cure="Files of rows go to a source that is a folder inside the project; a database "
        "replaces a database.",
    )
