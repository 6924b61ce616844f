"""Targets of a delivery: databases and folders of the company's own that take results."""

from keepwell.adapters.targets.opening import open_target

__all__ = ["open_target"]
