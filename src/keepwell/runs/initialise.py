"""`keepwell init`: look at a source, propose a mapping, write the project's files."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from keepwell.config import Config, Source
from keepwell.intake import (
    Choices,
    Fill,
    ProjectHead,
    Proposal,
    SampledTable,
    ScorecardText,
    SkippedTable,
    amended,
    config_text,
    recognise,
    scorecard_text,
)
from keepwell.measures import plan_measures
from keepwell.ports import SourceReader
from keepwell.runs.initialise_sampling import sample_table
from keepwell.vocabulary import (
    Bilingual,
    ConfigInvalid,
    InputProblem,
    InternalProblem,
    Lang,
    SourceRejected,
)

CONFIG_FILE = "keepwell.yml"
SCHEMA_FILE = "keepwell.schema.json"
_MANY_LOW = 0.30

Availability = Callable[[frozenset[str]], Mapping[str, str]]
"""From mapped columns (`table.column`) to the measures they give and the kind of provider."""


def measures_available(mapped: frozenset[str]) -> Mapping[str, str]:
    """Return the catalogued measures that mapped columns give, with the kind of provider."""
    return {m.name: p.kind for m, p in plan_measures(mapped).chosen if p is not None}


class ProjectFiles(Protocol):
    """The project folder: what is there, what to write, and the shipped scorecards."""

    def exists(self, name: str) -> bool:
        """Say whether the project holds that file."""
        ...

    def write(self, texts: Mapping[str, str]) -> None:
        """Write files by name, each whole or not at all."""
        ...

    def shipped_scorecard(self, name: str) -> str:
        """Return a shipped scorecard as written. Errors: NotFound."""
        ...

    def schema(self) -> str:
        """Return the JSON Schema of keepwell.yml as text."""
        ...

    def load(self) -> Config:
        """Return the configuration as written. Errors: ConfigInvalid."""
        ...


@dataclass(frozen=True, slots=True)
class TierPreview:
    """What a scorecard would say of these accounts.

    `shares`:   tier to share 0-1 of the accounts.
    `squashed`: measures whose scaled values have almost no spread.
    """

    shares: Mapping[str, float]
    squashed: tuple[str, ...] = ()


PreviewTiers = Callable[[Config], TierPreview | None]


@dataclass(frozen=True, slots=True)
class FillLine:
    """A line of a written file that the user has to fill (required) or may want to check."""

    file: str
    line: int
    key: str
    message: Bilingual
    is_required: bool


@dataclass(frozen=True, slots=True)
class InitReport:
    """Everything that `init` tells: what was mapped and why, what was not, what to fill."""

    project_dir: Path
    written: tuple[str, ...]
    proposal: Proposal
    scorecard: ScorecardText
    fills: tuple[FillLine, ...]
    warnings: tuple[Bilingual, ...]
    config: Config
    preview: TierPreview | None = None

    @property
    def is_ready(self) -> bool:
        """Say whether `check` can run without an edit."""
        accounts = self.proposal.of("accounts")
        return bool(accounts) and not any(f.missing for f in accounts)


def initialise(
    project_dir: Path,
    reader: SourceReader,
    source: Source,
    *,
    scorecard: str,
    lang: Lang,
    files: ProjectFiles,
    available: Availability = measures_available,
    preview_tiers: PreviewTiers | None = None,
    project: str = "",
    force: bool = False,
    choices: Choices | None = None,
) -> InitReport:
    """Return what was written and why; nothing is asked.

    `choices`: what a person says that columns mean, in the place of what was recognised.

    Errors: InputProblem when files are there already and `force` is not set; SourceRejected when
    the source holds no readable table; NotFound for an unknown scorecard.
    """
    _refuse_to_overwrite(project_dir, files, (CONFIG_FILE,), force=force)
    shipped = files.shipped_scorecard(scorecard)
    sampled, rejected = _sample(reader, source)
    found = recognise(sampled)
    proposal = amended(
        Proposal(found.feeds, (*found.skipped, *rejected), found.warnings), choices or {}
    )
    card = scorecard_text(shipped, lang, available(proposal.filled))
    is_database = source.kind == "postgres"
    head = ProjectHead(
        project or project_dir.name,
        lang,
        source.kind,
        source.url_env if is_database else source.path,
        (card.name,),
        source.schemas if is_database else (),
    )
    written = config_text(head, proposal)
    texts = {
        CONFIG_FILE: written.text,
        SCHEMA_FILE: files.schema(),
        f"scorecards/{card.name}.yml": card.text,
    }
    edited = [name for name in texts if name != SCHEMA_FILE]
    _refuse_to_overwrite(project_dir, files, edited, force=force)
    files.write(texts)
    config = _load(files)
    preview = preview_tiers(config) if preview_tiers and proposal.of("accounts") else None
    return InitReport(
        project_dir=project_dir,
        written=tuple(texts),
        proposal=proposal,
        scorecard=card,
        fills=tuple(_fill_line(line, fill) for line, fill in written.fills),
        warnings=(*proposal.warnings, *_card_warnings(card), *_tier_warnings(preview)),
        config=config,
        preview=preview,
    )


def _refuse_to_overwrite(
    project_dir: Path, files: ProjectFiles, names: Sequence[str], *, force: bool
) -> None:
    there = [name for name in names if files.exists(name)]
    if there and not force:
        raise InputProblem(
            f"{project_dir / there[0]} is there already.",
            cure="Edit it, or run the command again with --force to replace it.",
            file=str(project_dir / there[0]),
        )


def _sample(reader: SourceReader, source: Source) -> tuple[list[SampledTable], list[SkippedTable]]:
    """A table that cannot be read is listed with the reason; the others go on."""
    sampled, rejected = [], []
    for table in reader.tables():
        try:
            sampled.append(sample_table(reader, table.name))
        except SourceRejected as error:
            told = str(error)
            rejected.append(SkippedTable(table.name, Bilingual(zh=told, en=told)))
    if not sampled:
        reasons = "; ".join(f"{t.source}: {t.why.en}" for t in rejected)
        raise SourceRejected(
            f"No readable table was found in {source.place}. {reasons}".strip(),
            cure="Point --from at a folder of CSV, xlsx, Parquet or JSONL files, "
            "at a SQLite or DuckDB file, or at env:VARIABLE of a PostgreSQL database.",
            path=source.place,
        )
    return sampled, rejected


def _load(files: ProjectFiles) -> Config:
    try:
        return files.load()
    except ConfigInvalid as error:
        raise InternalProblem(
            f"The {CONFIG_FILE} just written does not load: {error.what}",
            cure="Please report this with the names of your columns.",
        ) from error


def _fill_line(line: int, fill: Fill) -> FillLine:
    return FillLine(CONFIG_FILE, line, fill.key, fill.message, fill.is_required)


def _card_warnings(card: ScorecardText) -> list[Bilingual]:
    said = []
    if card.is_unsupported:
        said.append(
            Bilingual(
                zh=f"数据不支持 {card.name} 的任何指标，无法算出健康分；"
                "请先补上 keepwell.yml 中待填的行",
                en=f"the data cannot give any measure of {card.name}, so there will be no score; "
                "fill the lines named in keepwell.yml first",
            )
        )
    if card.left_out:
        names, listed = "、".join(card.left_out), ", ".join(card.left_out)
        said.append(
            Bilingual(
                zh=f"评分卡已精简为 {card.name}：数据不支持 {names}，权重由其余指标分担；"
                f"留下的维度原本占 {card.supported_pct} 分（满分 100）",
                en=f"the scorecard is reduced to {card.name}: the data cannot give {listed}; the "
                "other measures share their weight. The dimensions that remain carry "
                f"{card.supported_pct} of the 100 points of the full scorecard",
            )
        )
    if card.proxies:
        names, listed = "、".join(card.proxies), ", ".join(card.proxies)
        said.append(
            Bilingual(
                zh=f"以下指标以代理数据计算：{names}",
                en=f"these measures rest on a declared proxy: {listed}",
            )
        )
    return said


def _tier_warnings(preview: TierPreview | None) -> list[Bilingual]:
    if preview is None:
        return []
    said = []
    low = preview.shares.get("low", 0.0)
    if low > _MANY_LOW:
        said.append(
            Bilingual(
                zh=f"按此评分卡，{low:.0%} 的客户落入低健康段；请先核对评分卡与数据，再据此行动",
                en=f"{low:.0%} of the accounts are low under this scorecard; check the scorecard "
                "and the data before acting on it",
            )
        )
    said.extend(
        Bilingual(
            zh=f"{name} 折算后几乎没有差异，对排序不起作用；可改用 robust 评分卡",
            en=f"{name} has almost no spread after scaling and does not tell accounts apart; "
            "consider the robust scorecard",
        )
        for name in preview.squashed
    )
    return said
