"""Shows what a backup holds, what was restored, what is not sound, what was removed."""

from keepwell.cli.console import Speaker
from keepwell.cli.keeping_words import word
from keepwell.runs.safekeeping import BackupReport, PruneReport, RestoreReport, VerifyReport
from keepwell.vocabulary import Lang

MIB = 2**20


def show_backup(done: BackupReport, lang: Lang, *, as_json: bool) -> None:
    """Print where the backup is and what it holds."""
    speak = Speaker(as_json=as_json)
    if speak.result(done):
        return
    rows, newest = sum(done.rows.values()), done.newest or word("none", lang)
    speak.line(word("backed_up", lang, done.path, done.size / MIB), "bold")
    speak.line(word("holds", lang, rows, done.snapshots, newest, len(done.configuration)))
    if done.without_snapshot:
        speak.line(word("without_snapshot", lang, ", ".join(done.without_snapshot)))
    if done.damaged:
        speak.line(word("damaged", lang, ", ".join(done.damaged)), "bold")
    speak.line(word("imports_left_out", lang))


def show_restored(done: RestoreReport, lang: Lang, *, as_json: bool) -> None:
    """Print what was restored, and what people should know of it."""
    speak = Speaker(as_json=as_json)
    if speak.result(done):
        return
    speak.line(word("restored", lang, f"{done.made_at:%Y-%m-%d %H:%M %z}", done.folder), "bold")
    speak.line(word("state_is_in", lang, done.state))
    numbers = (done.snapshots_added, done.snapshots_there, len(done.configuration))
    speak.line(word("restored_counts", lang, sum(done.rows.values()), *numbers))
    if done.not_in_backup:
        speak.line(word("not_in_backup", lang, ", ".join(done.not_in_backup)))
    if done.pending_messages:
        speak.line(word("pending", lang, done.pending_messages))
    speak.line(word("imports_left_out", lang))


def show_verified(found: VerifyReport, lang: Lang, *, as_json: bool) -> int:
    """Print every fault; return 0, or 2 if there is one."""
    speak = Speaker(as_json=as_json)
    if not speak.result(found):
        if found.faults:
            speak.line(word("unsound", lang, found.place, len(found.faults)), "bold")
            heads = [word("kind", lang), word("what", lang)]
            speak.table(heads, [(word(f.kind, lang), f.what) for f in found.faults])
        else:
            rows, newest = sum(found.rows.values()), found.newest or word("none", lang)
            speak.line(word("sound", lang, found.place, rows, found.snapshots, newest))
    return 2 if found.faults else 0


def show_pruned(done: PruneReport, lang: Lang, *, as_json: bool) -> None:
    """Print which snapshots go and why the others stay."""
    speak = Speaker(as_json=as_json)
    if speak.result(done):
        return
    if not done.has_policy:
        speak.line(word("no_policy", lang))
        return
    going, staying = len(done.removed), len(done.verdicts) - len(done.removed)
    if not going:
        speak.line(word("nothing_old", lang, staying))
        return
    key = "gone" if done.is_done else "would_go"
    speak.line(word(key, lang, going, staying, done.freed_bytes / MIB), "bold")
    heads = [word(h, lang) for h in ("run", "as_of", "verdict", "why")]
    rows = [
        (v.run_id, v.as_of, word("stays" if v.stays else "goes", lang), word(v.reason, lang))
        for v in done.verdicts
    ]
    speak.table(heads, rows)
