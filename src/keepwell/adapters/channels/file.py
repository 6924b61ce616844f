"""The file channel: one text file per message, for trials and for whatever picks files up."""

import hashlib
from pathlib import Path

from keepwell.messages import Answer, plain_text
from keepwell.ports import Leased


class FileChannel:
    """Fulfils `ports.Channel`; a message sent twice is one file, whole at every moment."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, leased: Leased) -> Answer:
        """Write the message as `<id>-<hash of its key>.txt`."""
        name = f"{leased.id:08d}-{hashlib.sha256(leased.key.encode()).hexdigest()[:12]}.txt"
        text = f"{leased.person}\n\n{plain_text(leased.message)}\n"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            draft = self._folder / f".{name}.new"
            draft.write_text(text, encoding="utf-8", newline="\n")
            draft.replace(self._folder / name)
        except OSError as problem:
            return Answer("later", f"cannot write to {self._folder}: {problem.strerror}")
        return Answer("accepted")
