"""Shows what was compiled: the script itself, or the files that were written."""

import sys

from keepwell.cli.console import Speaker
from keepwell.cli.words import word
from keepwell.runs.compile import Compiled
from keepwell.vocabulary import Lang


def show_compiled(compiled: Compiled, lang: Lang, *, as_json: bool) -> None:
    """Print the script for a pipe, or the names of the files."""
    speak = Speaker(as_json=as_json)
    if speak.result(compiled):
        return
    if not compiled.written:
        sys.stdout.write(compiled.text)
        return
    speak.heading(word("written", lang))
    for path in compiled.written:
        speak.line(f"  {path}")
