"""The HTTP channels: Slack, Teams, Feishu/Lark, DingTalk, WeCom and a signed webhook."""

import base64
import hashlib
import hmac
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from keepwell.adapters.channels.guarded_http import TOTAL_S, NotReached, checked_target, post
from keepwell.messages import Answer, ChannelKind, encoded, form_of, read_reply
from keepwell.ports import Leased

# Shorter pieces of an address are words like `hook`.
SHORTEST_SECRET = 6


@dataclass(frozen=True, slots=True)
class WebChannel:
    """Fulfils `ports.Channel` over HTTP. `url` and `secret` are never part of any message."""

    kind: ChannelKind
    url: str
    secret: str | None
    allow_private: bool
    now: Callable[[], datetime]
    total_s: float = TOTAL_S

    def send(self, leased: Leased) -> Answer:
        """Send one message and read the whole answer."""
        return self.call(form_of(self.kind, leased.message, leased.key), leased.key)

    def call(self, payload: dict[str, Any], key: str) -> Answer:
        """Send one payload under its idempotency key and read the whole answer."""
        url, headers = self.url, {"Content-Type": "application/json; charset=utf-8"}
        moment = self.now()
        if self.kind == "feishu" and self.secret:
            payload = {**_feishu_signature(self.secret, moment), **payload}
        if self.kind == "dingtalk" and self.secret:
            url = _dingtalk_signed(url, self.secret, moment)
        body = encoded(payload)
        if self.kind == "webhook":
            headers |= webhook_headers(key, body, self.secret, moment)
        try:
            target = checked_target(url, allow_private=self.allow_private)
            reply = post(target, body, headers, self.total_s)
        except NotReached as problem:
            return Answer("refused" if problem.is_final else "later", problem.why)
        answer = read_reply(self.kind, reply, moment)
        if not answer.detail:
            return answer
        # Servers repeat in their answers what they were asked for, and that is a secret.
        told = replace(reply, body=_without(reply.body, url, self.secret))
        return replace(answer, detail=read_reply(self.kind, told, moment).detail)


def _without(body: bytes, url: str, secret: str | None) -> bytes:
    """Return a body without the parts of the address that could be secret, nor the secret."""
    parts = urlsplit(url)
    values = (value for _, value in parse_qsl(parts.query))
    pieces = {parts.path, parts.query, *parts.path.split("/"), *values, secret or ""}
    for piece in sorted(pieces, key=len, reverse=True):
        if len(piece) >= SHORTEST_SECRET:
            body = body.replace(piece.encode(), b"...")
    return body


def webhook_headers(
    key: str, body: bytes, secret: str | None, moment: datetime, former: Sequence[str] = ()
) -> dict[str, str]:
    """Return the headers of a webhook call.

    The signature is `v1=` and the hex HMAC-SHA256 of `<timestamp>.<body>` under the secret; the
    idempotency key is the same at every attempt. `former`: secrets whose signatures come too,
    after a comma, while receivers change over.
    """
    stamp = str(int(moment.timestamp()))
    found = {
        "Idempotency-Key": hashlib.sha256(key.encode()).hexdigest(),
        "Keepwell-Timestamp": stamp,
    }
    secrets = [secret, *former] if secret else []
    signed = [hmac.new(s.encode(), f"{stamp}.".encode() + body, hashlib.sha256) for s in secrets]
    if signed:
        found["Keepwell-Signature"] = ",".join(f"v1={s.hexdigest()}" for s in signed)
    return found


def _feishu_signature(secret: str, moment: datetime) -> dict[str, str]:
    stamp = str(int(moment.timestamp()))
    made = hmac.new(f"{stamp}\n{secret}".encode(), b"", hashlib.sha256).digest()
    return {"timestamp": stamp, "sign": base64.b64encode(made).decode()}


def _dingtalk_signed(url: str, secret: str, moment: datetime) -> str:
    stamp = str(int(moment.timestamp() * 1000))
    made = hmac.new(secret.encode(), f"{stamp}\n{secret}".encode(), hashlib.sha256).digest()
    query = urlencode({"timestamp": stamp, "sign": base64.b64encode(made).decode()})
    return f"{url}{'&' if '?' in url else '?'}{query}"
