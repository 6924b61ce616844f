"""Write a proposal as a commented keepwell.yml and say which lines the user has to fill."""

from dataclasses import dataclass

from keepwell.intake.presets import PRESET_WORDS
from keepwell.intake.proposals import ColumnProposal, FeedProposal, Fill, Proposal
from keepwell.intake.proposals_lines import Lines, scalar
from keepwell.intake.proposals_sketches import write_sketch
from keepwell.intake.proposals_wanted import ENOUGH, WANTED
from keepwell.intake.proposals_words import COLUMN_HINTS, TEXTS, say
from keepwell.vocabulary import TABLES, Bilingual, Kind, Lang


@dataclass(frozen=True, slots=True)
class ProjectHead:
    """What the top of keepwell.yml says; `source_path` is the path as the project sees it.

    `schemas`: of a database; `source_path` is then the variable that holds its address.
    """

    project: str
    lang: Lang
    source_kind: str
    source_path: str
    scorecards: tuple[str, ...]
    schemas: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ConfigText:
    """The text of keepwell.yml and the lines to fill or check, in the order of the file."""

    text: str
    fills: tuple[tuple[int, Fill], ...]


def config_text(head: ProjectHead, proposal: Proposal) -> ConfigText:
    """Return the file; it loads back into the same mapping.

    Missing: a required column without a source is a commented line named in `fills`.
    """
    writer = _Writer(Lines(), head.lang, [])
    writer.head(head)
    writer.money(proposal)
    writer.tables(proposal)
    placed = [(writer.lines.places[f.key], f) for f in writer.fills]
    return ConfigText(writer.lines.text(), tuple(sorted(placed, key=lambda p: p[0])))


@dataclass(slots=True)
class _Writer:
    lines: Lines
    lang: Lang
    fills: list[Fill]

    def word(self, key: str, **values: object) -> str:
        return say(key, **values).text(self.lang)

    def ask(self, key: str, message: Bilingual, *, is_required: bool) -> None:
        self.fills.append(Fill(key, message, is_required))

    def head(self, head: ProjectHead) -> None:
        add = self.lines.add
        add("# yaml-language-server: $schema=keepwell.schema.json")
        self.lines.say(0, self.word("head"))
        add(f"project: {scalar(head.project)}")
        add(f"lang: {head.lang}")
        add("time_zone: UTC", key="time_zone", note=self.word("time_zone"))
        add("as_of: latest", note=self.word("as_of"))
        add("source:")
        add(f"  kind: {head.source_kind}")
        add(f"  {'url_env' if head.schemas else 'path'}: {scalar(head.source_path)}")
        if head.schemas:
            add(f"  schemas: [{', '.join(map(scalar, head.schemas))}]")
        add("scorecards:")
        for name in head.scorecards:
            add(f"  - scorecard: {scalar(name)}")

    def money(self, proposal: Proposal) -> None:
        has_money = any(_is_money(f.table, c) for f in proposal.feeds for c in f.columns)
        self.lines.add()
        if not has_money:
            return
        has_currency = any(c.canonical == "currency" for f in proposal.feeds for c in f.columns)
        key = "money_mixed" if has_currency else "money"
        self.lines.say(0, self.word(key))
        self.lines.add("# money:")
        self.lines.add("#   currency: USD", key="money.currency", note=self.word("currency"))
        if has_currency:
            self.lines.add("#   rates: [{currency: EUR, since: 2020-01-01, rate: 1.1}]")
        else:
            self.lines.add("#   undeclared_means: USD", note=self.word("undeclared_means"))
        self.lines.add()
        self.ask("money.currency", TEXTS["ask_currency"], is_required=False)

    def tables(self, proposal: Proposal) -> None:
        for warning in proposal.warnings:
            self.lines.say(0, warning.text(self.lang))
        sketched = {t.sketch.table for t in proposal.skipped if t.sketch}
        found = {f.table for f in proposal.feeds} | sketched
        live = {f.table for f in proposal.feeds if f.is_active}
        self.lines.add("tables:" if live else "tables: {}", key="tables")
        if sketched:
            self.lines.say(2, self.word("sketches"))
        if sketched and not live:
            self.ask("tables", TEXTS["ask_tables"], is_required=True)
        for table in (t for t in TABLES if t in found):
            off = "" if table in live else "# "
            self.lines.add(f"  {off}{table}:")
            count = 0
            for feed in proposal.of(table):
                self.feed(feed, f"tables.{table}[{count}]" if feed.is_active else "")
                count += feed.is_active
            for skipped in proposal.skipped:
                if skipped.sketch and skipped.sketch.table == table:
                    sketch = (skipped.source, skipped.sketch)
                    self.fills += write_sketch(*sketch, self.lines, self.lang)
        self.skipped(proposal)

    def skipped(self, proposal: Proposal) -> None:
        unused = [t for t in proposal.skipped if t.sketch is None]
        if unused:
            self.lines.add()
            self.lines.say(0, self.word("skipped"))
        for table in unused:
            self.lines.say(0, f"  {table.source}: {table.why.text(self.lang)}")

    def feed(self, feed: FeedProposal, place: str) -> None:
        start = len(self.lines.rows)
        if feed.preset != "generic":
            self.lines.say(4, self.word("preset", preset=PRESET_WORDS[feed.preset].text(self.lang)))
        for note in feed.notes:
            self.lines.say(4, note.text(self.lang))
        self.lines.add(f"    - source: {scalar(feed.source)}")
        self.lines.add("      columns:" if feed.columns else "      columns: {}")
        base = place or f"tables.{feed.table}({feed.source})"
        written = {c.canonical: c for c in feed.columns}
        for column in TABLES[feed.table].columns:
            if column.name in written:
                self.column(written[column.name], base)
            elif column.name in feed.missing or _is_wanted(feed, column.name):
                self.absent(column.name, feed, base)
        self.filters(feed)
        self.drop_hints(feed, base)
        self.unused(feed)
        if not feed.is_active:
            self.switch_off(start, feed)

    def switch_off(self, start: int, feed: FeedProposal) -> None:
        rows = self.lines.rows[start:]
        self.lines.rows[start:] = [f"    # {r[4:]}" for r in rows]
        self.lines.say(4, self.word("inactive", missing=", ".join(feed.missing)))

    def column(self, column: ColumnProposal, base: str) -> None:
        key = f"{base}.columns.{column.canonical}"
        why = self.word("why", why=column.why().text(self.lang), coverage=_percent(column.coverage))
        for note in column.notes:
            self.lines.say(8, note.text(self.lang))
        if column.is_plain:
            self.lines.add(
                f"        {column.canonical}: {scalar(column.source)}", key=key, note=why
            )
            return
        self.lines.add(f"        {column.canonical}:", note=why)
        self.lines.add(f"          column: {scalar(column.source)}", key=key)
        self.details(column)
        for line, message in column.hints:
            name = line.split(":")[0]
            self.lines.add(f"          # {line}", key=f"{key}.{name}", note=message.text(self.lang))
            self.ask(f"{key}.{name}", message, is_required=False)

    def details(self, column: ColumnProposal) -> None:
        for name in ("unit", "date_order", "via"):
            value = getattr(column, name)
            if value is not None:
                self.lines.add(f"          {name}: {value}")
        if column.scale is not None:
            self.lines.add(f"          scale: {_number(column.scale)}")
        if column.categories:
            self.lines.add("          categories:")
            for value, meaning in column.categories:
                self.lines.add(f"            {scalar(value)}: {scalar(meaning)}")

    def absent(self, name: str, feed: FeedProposal, base: str) -> None:
        key = f"{base}.columns.{name}"
        is_required = name in feed.missing
        hint = COLUMN_HINTS.get((feed.table, name)) or say(
            "ask_required" if is_required else "ask_wanted", column=name, table=feed.table
        )
        off = "" if is_required and not feed.is_active else "# "
        self.lines.add(f"        {off}{name}:", key=key, note=hint.text(self.lang))
        self.ask(key, hint, is_required=is_required)

    def filters(self, feed: FeedProposal) -> None:
        for name, conditions in (("keep_when", feed.keep_when), ("drop_when", feed.drop_when)):
            if conditions:
                self.lines.add(f"      {name}:")
            for source, values in conditions:
                listed = ", ".join(f'"{v}"' if v.isascii() else scalar(v) for v in values)
                self.lines.add(f"        {scalar(source)}: [{listed}]")

    def drop_hints(self, feed: FeedProposal, base: str) -> None:
        if feed.drop_hints and not feed.drop_when:
            self.lines.add("      # drop_when:")
        for source, words in feed.drop_hints:
            key = f"{base}.drop_when.{source}"
            listed = ", ".join(f'"{w}"' if w.isascii() else scalar(w) for w in words)
            message = say("ask_drop", words=", ".join(words))
            self.lines.add(
                f"      #   {scalar(source)}: [{listed}]", key=key, note=message.text(self.lang)
            )
            self.ask(key, message, is_required=False)

    def unused(self, feed: FeedProposal) -> None:
        if feed.unmapped:
            self.lines.say(6, self.word("unmapped", names=", ".join(feed.unmapped)))
        if feed.empty:
            self.lines.say(6, self.word("empty", names=", ".join(feed.empty)))


def _percent(share: float) -> str:
    return f"{int(share * 100)}%"


def _is_wanted(feed: FeedProposal, name: str) -> bool:
    if feed.is_derived or name not in WANTED[feed.table]:
        return False
    return feed.column(ENOUGH.get((feed.table, name), name)) is None


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(value)


def _is_money(table: str, column: ColumnProposal) -> bool:
    found = TABLES[table].column(column.canonical)
    return found is not None and found.kind is Kind.MONEY
