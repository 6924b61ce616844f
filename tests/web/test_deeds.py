"""Whatever goes into the audit log, and whatever sets a row aside, has words in both languages."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

from keepwell.actions import CtaMove, RequestStatus, TaskMove
from keepwell.intake import KINDS
from keepwell.ports.scheduling import JobStatus
from keepwell.ports.studio import Origin
from keepwell.ports.warning import Verdict
from keepwell.vocabulary import Action
from keepwell.web.words import WORDS

CODE = Path(__file__).parents[2] / "src" / "keepwell"
# How a deed is called, by the function that writes it: the place among what it is given.
WRITERS = {"add_audit": 3, "_audit": 3, "note_deed": 1, "_note": 1, "Deed": 2, "deed": 0,
           "_change": 1}  # fmt: skip
NAMED_BY = re.compile(rf"\b(?:{'|'.join(WRITERS)})\(")
# What a deed that is put together may end with.
ENDS: dict[str, tuple[str, ...]] = {
    "cta_": tuple(CtaMove), "task_": tuple(TaskMove), "job_": get_args(JobStatus),
    "help_": tuple(RequestStatus), "run_": get_args(Verdict), "definition_": get_args(Origin),
}  # fmt: skip


def written() -> Iterator[tuple[str, str]]:
    """Yield each literal deed, or the beginning of one, with its file."""
    for file in CODE.rglob("*.py"):
        text = file.read_text("utf-8")
        if not NAMED_BY.search(text) or file.is_relative_to(CODE / "reports"):
            continue
        for node in ast.walk(ast.parse(text)):
            match node:
                case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=args):
                    place = WRITERS.get(name, len(args))
                    for said in ast.walk(args[place]) if place < len(args) else ():
                        if isinstance(said, ast.Constant) and isinstance(said.value, str):
                            yield said.value, file.name
                case _:
                    pass


def test_every_deed_of_the_audit_log_has_words() -> None:
    found = {deed for deed, _ in written() if re.fullmatch(r"[a-z]+(_[a-z]+)*_?", deed)}
    assert {"cta_opened", "milestone_added", "override_set", "upload_confirmed"} <= found
    begun = {deed for deed in found if deed.endswith("_")}
    assert begun <= set(ENDS)
    whole = found - begun | {b + end for b in ENDS for end in ENDS[b]}
    missing = {deed for deed in whole if f"deed.{deed}" not in WORDS}
    assert missing <= {"job_running"}, "a job that runs is told as started"


def test_every_reason_to_set_a_row_aside_has_words() -> None:
    codes = {k.code for k in KINDS.values() if k.action is Action.QUARANTINED}
    assert len(codes) > 15
    assert {f"aside.{code}" for code in codes} == {w for w in WORDS if w.startswith("aside.")}
