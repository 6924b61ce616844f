"""Read what an HTTP channel answered: its status, and the code that its body may hide."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from keepwell.messages.retries import Answer
from keepwell.messages.settings import ChannelKind

MOST_DETAIL = 200
# Codes in a body that will not change by waiting; every other code but 0 is tried again.
_REFUSALS: Mapping[str, frozenset[int]] = {
    "feishu": frozenset({9499, 19001, 19002, 19021, 19022, 19024}),
    "dingtalk": frozenset(
        {40035, 43004, 300001, 310000, 400013, 400101, 400102, 400105, 400106, 410100}
    ),
    "wecom": frozenset({40008, 40058, 44004, 93000, 93004, 93008}),
}
# Codes that say "too often", with the seconds to stay away.
_TOO_OFTEN: Mapping[str, Mapping[int, float]] = {
    "feishu": {11232: 60.0},
    "dingtalk": {130101: 600.0},
    "wecom": {45009: 60.0},
}
_CODE_FIELDS = {"feishu": ("code", "StatusCode"), "dingtalk": ("errcode",), "wecom": ("errcode",)}


@dataclass(frozen=True, slots=True)
class Reply:
    """An HTTP answer: status, headers by lower-case name, and the beginning of its body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def read_reply(kind: ChannelKind, reply: Reply, now: datetime) -> Answer:
    """Return what an answer means.

    Only a body that says so counts as accepted: a login page with status 200 does not.
    """
    status = reply.status
    if status == 429 or status >= 500 or status in (408, 425):
        return Answer("later", f"HTTP {status}{_said(reply)}", retry_after(reply, now))
    if 300 <= status < 400:
        return Answer("refused", f"HTTP {status}: redirects are not followed")
    if not 200 <= status < 300:
        return Answer("refused", f"HTTP {status}{_said(reply)}")
    if _is_page(reply):
        return Answer("later", f"HTTP {status} with a web page instead of an answer")
    if kind in _CODE_FIELDS:
        return _read_code(kind, reply)
    return {"slack": _read_slack, "teams": _read_teams}.get(kind, _read_webhook)(reply)


def _read_code(kind: ChannelKind, reply: Reply) -> Answer:
    found = _json(reply)
    if not isinstance(found, dict):
        return Answer("later", f"HTTP {reply.status} without readable JSON{_said(reply)}")
    code = next((found[f] for f in _CODE_FIELDS[kind] if isinstance(found.get(f), int)), None)
    words = str(found.get("errmsg") or found.get("msg") or found.get("StatusMessage") or "")
    detail = f"code {code}: {words}"[:MOST_DETAIL]
    if code == 0 and not isinstance(code, bool):
        return Answer("accepted")
    wait = _TOO_OFTEN[kind].get(code) if code is not None else None
    if wait is not None or "too many" in words.casefold():
        return Answer("later", detail, wait or 60.0)
    return Answer("refused" if code in _REFUSALS[kind] else "later", detail)


def _read_slack(reply: Reply) -> Answer:
    if reply.body.strip() == b"ok":
        return Answer("accepted")
    return Answer("later", f"HTTP {reply.status} without `ok`{_said(reply)}")


def _read_teams(reply: Reply) -> Answer:
    text = reply.body.decode("utf-8", "replace").strip()
    if text in ("", "1"):
        return Answer("accepted")
    # Connectors put the status of the last step into the text of an answer with status 200.
    is_final = "HTTP error 4" in text and "HTTP error 429" not in text
    return Answer("refused" if is_final else "later", f"HTTP {reply.status}{_said(reply)}")


def _read_webhook(reply: Reply) -> Answer:
    found = _json(reply)
    if found is None and "json" in reply.headers.get("content-type", "").casefold():
        return Answer("later", f"HTTP {reply.status} without readable JSON{_said(reply)}")
    if isinstance(found, dict) and (found.get("ok") is False or found.get("error")):
        return Answer("later", f"HTTP {reply.status}{_said(reply)}")
    return Answer("accepted")


def _json(reply: Reply) -> Any:
    try:
        return json.loads(reply.body)
    except (ValueError, RecursionError):
        return None


def _is_page(reply: Reply) -> bool:
    is_html = "text/html" in reply.headers.get("content-type", "").casefold()
    start = reply.body.lstrip()[:15].lower()
    # Slack labels its plain `ok` as HTML.
    return start.startswith((b"<!doctype", b"<html")) or (is_html and start.startswith(b"<"))


def _said(reply: Reply) -> str:
    text = " ".join(reply.body[:500].decode("utf-8", "replace").split())
    return f": {text[:MOST_DETAIL]}" if text else ""


def retry_after(reply: Reply, now: datetime) -> float | None:
    """Return the seconds that `Retry-After` asks for; None when it says nothing sensible."""
    given = reply.headers.get("retry-after", "").strip()
    if not given:
        return None
    try:
        seconds = float(given)
    except ValueError:
        try:
            moment = parsedate_to_datetime(given)
        except (ValueError, TypeError):
            return None
        aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        seconds = (aware - now).total_seconds()
    return seconds if 0 <= seconds < float("inf") else None
