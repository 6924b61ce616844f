"""Shows what was written back, and where."""

from keepwell.cli.console import Speaker
from keepwell.cli.words import word
from keepwell.runs.write_back import WrittenBack
from keepwell.vocabulary import Lang


def show_written_back(written: WrittenBack, lang: Lang, *, as_json: bool) -> None:
    """Print where, and the rows of each table."""
    speak = Speaker(as_json=as_json)
    if not speak.result(written):
        tell_written_back(written, lang, speak)


def tell_written_back(written: WrittenBack, lang: Lang, speak: Speaker) -> None:
    """Print the rows of each table: all of the day, those whose content is new, those removed."""
    speak.heading(f"{word('written', lang)}: {written.place}")
    speak.line(
        f"{word('snapshot', lang)}: {written.run_id}   {word('as_of', lang)}: {written.as_of}"
    )
    heads = [word(h, lang) for h in ("table", "day_rows", "written", "removed")]
    speak.table(heads, [(c.table, c.rows, c.written, c.removed) for c in written.counts], "123")
