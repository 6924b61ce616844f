"""Wiring: the only room that knows all; it gives runs their adapters and decides nothing."""

from keepwell.wiring.demo import DemoReport, build_demo
from keepwell.wiring.examine import examine
from keepwell.wiring.project import Project
from keepwell.wiring.start import start_project

__all__ = ["DemoReport", "Project", "build_demo", "examine", "start_project"]
