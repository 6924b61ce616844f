"""The one door: every failure leaves here as a sentence, a cure and an exit code."""

import json
import os
import sys
import traceback

from keepwell.vocabulary import InputProblem, InternalProblem, KeepwellProblem, SourceUnavailable


def enter(words: list[str]) -> int:
    """Run one command and return its exit code: 0 done, 2 input, 75 outside, 70 our fault."""
    from typer import TyperException

    from keepwell.cli.commands import app

    as_json = "--json" in words
    try:
        code = app(args=words, prog_name="keepwell", standalone_mode=not as_json)
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else int(leaving.code is not None)
    except TyperException as wrong:
        return refuse(_misspelled(wrong.format_message()), as_json=as_json)
    except KeepwellProblem as problem:
        return refuse(problem, as_json=as_json)
    except BrokenPipeError:
        # The reader went away (such as `| head`): nothing left to say, nothing wrong.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as fault:  # noqa: BLE001 - the door is where unforeseen faults are caught
        return refuse(_unforeseen(fault), as_json=as_json)
    return code if isinstance(code, int) else 0


def refuse(problem: KeepwellProblem, *, as_json: bool) -> int:
    """Print a problem to stderr, for people or as one JSON object, and return its exit code."""
    if as_json:
        from keepwell.cli.console import as_plain

        shape = {
            "error": {
                "code": problem.code,
                "what": problem.what,
                "cure": problem.cure,
                "details": as_plain(problem.details),
            }
        }
        sys.stdout.write(json.dumps(shape, ensure_ascii=False) + "\n")
    else:
        sys.stderr.write(f"keepwell: {problem.what}\n")
        if problem.cure:
            sys.stderr.write(f"  -> {problem.cure}\n")
    return problem.exit_code


def _misspelled(message: str) -> KeepwellProblem:
    return InputProblem(message, cure="See `keepwell --help`, or --help after the command.")


def _unforeseen(fault: Exception) -> KeepwellProblem:
    if "No space left on device" in str(fault):
        return SourceUnavailable(
            f"The disk is full: {fault}. Nothing was published; the last good snapshot stays.",
            cure="Free disk space in the project's folder, then run again.",
        )
    if os.environ.get("KEEPWELL_DEBUG"):
        traceback.print_exception(fault)
    return InternalProblem(
        f"Something that should not happen did: {type(fault).__name__}: {fault}",
        cure="Run again with KEEPWELL_DEBUG=1 and report the trace.",
    )
