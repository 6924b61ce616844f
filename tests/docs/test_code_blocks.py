"""Every code block of the documentation runs, and every link leads somewhere."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from shared_worlds import built_once

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```", re.M | re.S)
RUNNABLE = {"python", "sh", "console"}
SHOWN_ONLY = {"text", "yaml", "sql", "json"}
# Several pages begin with the same company: the line runs once, and each page goes on in a copy.
BEGINNING = "$ keepwell demo company --accounts 300"


@dataclass(frozen=True)
class Block:
    page: Path
    number: int
    language: str
    code: str


def blocks() -> Iterator[Block]:
    for page in PAGES:
        for number, found in enumerate(BLOCK.finditer(page.read_text("utf-8")), 1):
            yield Block(page, number, found[1], found[2])


def name(block: Block) -> str:
    return f"{block.page.relative_to(ROOT)}#{block.number}"


@pytest.mark.parametrize("block", list(blocks()), ids=name)
def test_block_declares_a_known_language(block: Block) -> None:
    assert block.language in RUNNABLE | SHOWN_ONLY


@pytest.mark.parametrize("block", [b for b in blocks() if b.language == "python"], ids=name)
def test_python_block_runs(block: Block, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", block.code],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("block", [b for b in blocks() if b.language == "yaml"], ids=name)
def test_yaml_block_loads(block: Block) -> None:
    from ruamel.yaml import YAML

    assert YAML(typ="safe").load(block.code) is not None


@pytest.mark.parametrize("block", [b for b in blocks() if b.language == "sh"], ids=name)
def test_shell_block_names_real_targets(block: Block) -> None:
    """`make` targets must exist; running them all is the build's own work."""
    lines = [ln.split("#")[0].strip() for ln in block.code.splitlines()]
    for line in filter(None, lines):
        words = shlex.split(line)
        assert words[0] in {"make", "git", "cd"}, f"use a console block for: {line}"
        if words[0] == "make":
            done = subprocess.run(
                ["make", "-n", *words[1:]], cwd=ROOT, capture_output=True, text=True, check=False
            )
            assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    "page", sorted({b.page for b in blocks() if b.language == "console"}), ids=str
)
def test_console_blocks_of_a_page_run_in_order(
    page: Path, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Lines that begin with `$ ` are run one after the other in one empty folder."""
    where = tmp_path
    for block in blocks():
        if block.page != page or block.language != "console":
            continue
        for line in block.code.splitlines():
            if not line.startswith("$ "):
                continue
            words = shlex.split(line[2:], comments=True)
            if words[0] == "cd":
                where = where / words[1]
            elif line == BEGINNING:
                begun = built_once(tmp_path_factory, "beginning", partial(run_line, line))
                shutil.copytree(begun, where, dirs_exist_ok=True)
            else:
                run_line(line, where)


def run_line(line: str, where: Path) -> None:
    """Run the console script as a reader would, in a folder; it must succeed."""
    keepwell = Path(sys.executable).with_name("keepwell")
    env = {**os.environ, "PATH": f"{keepwell.parent}{os.pathsep}{os.environ['PATH']}"}
    words = shlex.split(line[2:], comments=True)
    assert words[0] == "keepwell"
    done = subprocess.run(
        [str(keepwell), *words[1:]],
        cwd=where,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)[^)]*\)", BLOCK.sub("", page.read_text("utf-8")))
    local = [link for link in links if "://" not in link and not link.startswith("mailto:")]
    assert not [link for link in local if not (page.parent / link).exists()]
