"""Files that whoever watches a scheduler reads: each is replaced as a whole."""

import json
import os
from pathlib import Path

from keepwell.vocabulary import SourceUnavailable


def write_watch_files(folder: Path, heartbeat: dict[str, object], metrics: str) -> None:
    """Write heartbeat.json and metrics.prom. Errors: SourceUnavailable."""
    text = json.dumps(heartbeat, ensure_ascii=False) + "\n"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in (("heartbeat.json", text), ("metrics.prom", metrics)):
            scratch = folder / f".{name}.{os.getpid()}"
            scratch.write_text(content, encoding="utf-8")
            scratch.replace(folder / name)
    except OSError as problem:
        raise SourceUnavailable(
            f"Cannot write into {folder}: {problem.strerror}.",
            cure="Check free space and permissions.",
        ) from problem
