"""Python loads this in every child process of tests whose projects keep their state on a server."""

import sys
from pathlib import Path

TESTS = str(Path(__file__).parents[1])
sys.path.insert(0, TESTS)
import kept_on_server  # noqa: E402 - only now can it be found

sys.path.remove(TESTS)
kept_on_server.install()
