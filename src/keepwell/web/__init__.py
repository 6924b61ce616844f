"""The web door: turns requests into runs and their results into pages and JSON. No rules here."""
