"""Shows what the doctor saw."""

from keepwell.cli.console import Speaker
from keepwell.runs.doctor import Examination, Verdict
from keepwell.vocabulary import InputProblem, Lang

STYLE = {Verdict.GOOD: "", Verdict.WARN: "yellow", Verdict.BAD: "bold red"}


def show_doctor(results: tuple[Examination, ...], lang: Lang, *, as_json: bool) -> int:
    """Print every examination; return 0, or 2 when something is bad."""
    speak = Speaker(as_json=as_json)
    code = InputProblem.exit_code if any(r.verdict is Verdict.BAD for r in results) else 0
    if speak.result({"examinations": results}):
        return code
    for result in results:
        speak.line(
            f"{result.verdict.value:<6}{result.name:<14}{result.seen.text(lang)}",
            STYLE[result.verdict],
        )
        if result.cure:
            speak.line(f"{'':<20}-> {result.cure.text(lang)}")
    return code
