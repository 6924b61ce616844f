"""Shows what the demo built and where to look."""

from keepwell.cli.console import Speaker
from keepwell.cli.show_run import show_run
from keepwell.cli.words import word
from keepwell.vocabulary import Lang
from keepwell.wiring import DemoReport


def show_demo(done: DemoReport, lang: Lang, *, as_json: bool) -> None:
    """Print the run of the example company and the files to open."""
    speak = Speaker(as_json=as_json)
    if speak.result(done):
        return
    show_run(done.run, lang, as_json=False)
    speak.heading(word("report", lang))
    for path in done.files:
        speak.line(f"  {path}")
    speak.heading(word("next", lang))
    speak.line(f"  keepwell explain {done.example_account} -C {done.folder}")
    speak.line(f"  keepwell check -C {done.folder}")
