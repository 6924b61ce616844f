"""What the operating system says of this process."""

import resource
import sys


def peak_process_mb() -> float:
    """Return the most resident memory that this process held, in MiB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    # Linux counts KiB, macOS bytes.
    return peak / (2**20 if sys.platform == "darwin" else 2**10)
