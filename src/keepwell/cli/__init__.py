"""The command line: turns words of a user into runs and their results into text. No rules here."""

import sys

from keepwell import __version__


def main() -> None:
    """Run the command line; the version is answered without loading anything else."""
    if sys.argv[1:] in (["--version"], ["-V"]):
        sys.stdout.write(f"keepwell {__version__}\n")
        return
    from keepwell.cli.door import enter

    sys.exit(enter(sys.argv[1:]))
