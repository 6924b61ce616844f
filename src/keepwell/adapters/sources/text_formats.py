"""Text that is not a table: pages, documents and JSON, told by how they begin."""

import re

_PAGE = re.compile(rb"<!doctype html|<html|<head|<body|<table", re.IGNORECASE)


def foreign_text(head: bytes) -> str:
    """Return what the text is when it is no delimited table, else ""."""
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:2048]
    if start[:1] == b"<" and _PAGE.search(start):
        return "an HTML page"
    if start.startswith(b"<?xml"):
        return "an XML document"
    if start.startswith(b"{\\rtf"):
        return "an RTF document"
    if start[:1] == b"{" and re.match(rb'\{\s*("|\})', start):
        return "JSON"
    if start[:1] == b"[" and re.match(rb"\[\s*(\{|\[|\]|\")", start):
        return "a JSON array (write one object per line instead)"
    return ""
