"""The page of figures: sections measured now replace those of earlier runs, the others stay."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.data import AS_OF
from benchmarks.harness import Usage

HEAD = f"""# Benchmarks

Written by `make bench` (`python -m benchmarks`, with `--large` for 2,000,000 accounts, `--only` for
some parts). Each section says when and how it was measured; sections that a run does not measure
stay as they were. Each figure is the median of its rounds, contenders in turn; CPU and peak memory
(RSS) are what the operating system says of the whole process, start-up included. Bytecode is
cached, pandas is out of keepwell's reach and the state database is there, as in a project on a
plain installation. As-of date of the data: {AS_OF}. All contenders write the same whole tables,
which were compared: whole numbers and texts exactly, fractions to 1e-12, sums over accounts to
1e-9. Peak memory below that of the measuring process itself (about 130 MB) is not visible.
"""
# In the order of the page.
_TITLES = {
    "compute": "Full compute",
    "value": "Value tables",
    "daily": "The day after",
    "spark": "Spark on one machine",
    "warning": "Early warning",
    "backtest": "Back-test",
    "commands": "Commands",
    "web": "Web app",
}


@dataclass(frozen=True, slots=True)
class Section:
    """One section: its part, the size it speaks of, and its text below the title."""

    part: str
    size: str
    text: str

    @property
    def title(self) -> str:
        """Return its title, by which an earlier run's section is found."""
        return ", ".join(filter(None, (_TITLES[self.part], self.size)))


def table(rows: Sequence[tuple[str, Usage]], first: str = "contender") -> str:
    """Return used seconds and memory as a table."""
    head = f"| {first} | CPU s | wall s | RSS MB |\n|---|---:|---:|---:|"
    lines = (f"| {name} | {u.cpu:.2f} | {u.wall:.2f} | {u.rss:,.0f} |" for name, u in rows)
    return "\n".join([head, *lines])


def ratios(ours: Usage, others: Iterable[tuple[str, Usage]]) -> str:
    """Return one sentence: keepwell over each of the others."""
    told = (f"{name}: CPU {ours.cpu / u.cpu:.2f}, RSS {ours.rss / u.rss:.2f}" for name, u in others)
    return f"keepwell over {'; over '.join(told)}."


def read(page: Path) -> dict[str, str]:
    """Return the texts of a page's sections by their titles."""
    if not page.exists():
        return {}
    _, *parts = page.read_text(encoding="utf-8").split("\n## ")
    titled = (part.partition("\n") for part in parts)
    return {title.strip(): text.strip() for title, _, text in titled}


def write(page: Path, measured: Iterable[Section], how: str) -> None:
    """Write a page anew with what was measured now; `how` says when and by which command."""
    texts = read(page)
    for section in measured:
        texts[section.title] = f"{how}\n\n{section.text}"
    ordered = sorted(texts, key=_place)
    body = "".join(f"\n## {title}\n\n{texts[title]}\n" for title in ordered)
    page.write_text(HEAD + body, encoding="utf-8")


def _place(title: str) -> tuple[int, int]:
    """Order sections by part, then by size."""
    part = next((i for i, t in enumerate(_TITLES.values()) if title.startswith(t)), len(_TITLES))
    digits = "".join(c for c in title.partition(" accounts")[0] if c.isdigit())
    return part, int(digits or 0)
