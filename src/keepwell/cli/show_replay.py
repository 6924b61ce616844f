"""Shows what a replay of the example company came to."""

from keepwell.cli.console import Speaker
from keepwell.cli.words import word
from keepwell.vocabulary import Lang
from keepwell.warning import replay_sections, replay_title
from keepwell.wiring import ReplayReport


def show_replay(done: ReplayReport, lang: Lang, *, as_json: bool) -> None:
    """Print the tables of a replay and where its pages and messages are."""
    speak = Speaker(as_json=as_json)
    if speak.result(done):
        return
    title, lead = replay_title(done.replay, lang)
    speak.heading(title)
    speak.line(lead)
    for section in replay_sections(done.replay, lang):
        speak.heading(section.title)
        speak.table(section.heads, section.rows, right="123456")
        speak.line(section.note)
    speak.heading(word("written", lang))
    for path in done.pages:
        speak.line(f"  {path}")
    speak.heading(word("next", lang))
    speak.line(f"  keepwell alerts list -C {done.folder}")
    speak.line(f"  keepwell alerts inbox U102 -C {done.folder}")
