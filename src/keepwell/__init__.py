"""keepwell: which customers are about to leave, why, what hangs on it, and what to do next."""

__version__ = "0.1.0"
