"""Channels: each sends one message and reads the whole answer; nothing is decided here."""

from keepwell.adapters.channels.file import FileChannel
from keepwell.adapters.channels.inapp import InAppChannel

__all__ = ["FileChannel", "InAppChannel"]
