"""One form per kind of channel: what a message looks like there, inert and within its limits.

Names reach chats only in fields that are read as plain text: nothing in them can call people,
make links or markup.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from keepwell.messages.blocks import Item, Message, as_plain
from keepwell.messages.limits import LIMITS
from keepwell.messages.plain import more_line, plain_text
from keepwell.messages.settings import ChannelKind

Payload = dict[str, Any]
# Room for what signing and the vendor's own envelope add.
SPARE_BYTES = 512
_INERT = str.maketrans("@<>[]*_`", "＠＜＞［］＊＿｀")
SLACK_BLOCKS, SLACK_HEADER, SLACK_TEXT = 50, 150, 3000


def form_of(kind: ChannelKind, message: Message, key: str) -> Payload:
    """Return the payload for an HTTP channel; items that do not fit become part of the count."""
    make = _FORMS[kind]
    most = LIMITS[kind].most_bytes - (SPARE_BYTES if kind != "wecom" else 0)
    return fitted(message, lambda m: make(m, key), lambda p: _size(kind, p), most)


def apprise_form(message: Message) -> dict[str, str]:
    """Return title and body for Apprise; nothing in a name calls people or makes links.

    Its services read different markup, so that signs that begin any are written in full width.
    """

    def make(m: Message) -> Payload:
        title, _, body = plain_text(m).translate(_INERT).partition("\n")
        # The project's own link, which the signs in full width would break.
        return {"title": title, "body": body.replace(m.link.translate(_INERT), m.link)}

    return fitted(message, make, lambda p: len(str(p).encode()), LIMITS["apprise"].most_bytes)


def fitted(
    message: Message,
    make: Callable[[Message], Payload],
    size: Callable[[Payload], int],
    most_bytes: int,
) -> Payload:
    """Return the payload of as many items as fit; the last ones are left out first."""
    payload = make(message)
    while size(payload) > most_bytes and message.items:
        message = replace(message, items=message.items[:-1], more=message.more + 1)
        payload = make(message)
    return payload


def encoded(payload: Payload) -> bytes:
    """Return the payload as the bytes that are sent."""
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()


def _size(kind: ChannelKind, payload: Payload) -> int:
    # WeCom measures the text, the others the body.
    if kind == "wecom":
        return len(str(payload["text"]["content"]).encode())
    return len(encoded(payload))


def _slack(message: Message, _key: str) -> Payload:
    def plain(text: str, most: int) -> Payload:
        shown = text if len(text) <= most else text[: most - 1] + "…"
        return {"type": "plain_text", "text": shown, "emoji": False}

    most_items = SLACK_BLOCKS - 3
    if len(message.items) > most_items:
        left = len(message.items) - most_items
        message = replace(message, items=message.items[:most_items], more=message.more + left)
    blocks: list[Payload] = [
        {"type": "header", "text": plain(message.title, SLACK_HEADER)},
        {"type": "section", "text": plain(message.lead, SLACK_TEXT)},
    ]
    blocks += [{"type": "section", "text": plain(_item_text(i), SLACK_TEXT)} for i in message.items]
    if more := more_line(message):
        blocks.append({"type": "section", "text": plain(more, SLACK_TEXT)})
    return {"text": slack_text(message.title), "link_names": False, "blocks": blocks}


def slack_text(text: str) -> str:
    """Return text for a field that Slack reads as markup.

    >>> slack_text("<!channel> R&D")
    '&lt;!channel&gt; R&amp;D'
    """
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _item_text(item: Item) -> str:
    return "\n".join([item.title, *(f"  {line}" for line in item.lines)])


def _teams(message: Message, _key: str) -> Payload:
    def block(text: str, **style: object) -> Payload:
        # Text runs are not read as Markdown; text blocks would be.
        return {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": text, **style}]}

    body = [block(message.title, weight="Bolder", size="Large"), block(message.lead)]
    for item in message.items:
        body.append(block(item.title, weight="Bolder"))
        body.append(block("\n".join(item.lines)))
    if more := more_line(message):
        body.append(block(more))
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": body,
    }
    kind = "application/vnd.microsoft.card.adaptive"
    return {"type": "message", "attachments": [{"contentType": kind, "content": card}]}


def _feishu(message: Message, _key: str) -> Payload:
    def block(text: str) -> Payload:
        return {"tag": "div", "text": {"tag": "plain_text", "content": text}}

    elements = [block(message.lead), *(block(_item_text(i)) for i in message.items)]
    if more := more_line(message):
        elements.append(block(more))
    header = {"title": {"tag": "plain_text", "content": message.title}, "template": "orange"}
    return {"msg_type": "interactive", "card": {"header": header, "elements": elements}}


def _dingtalk(message: Message, _key: str) -> Payload:
    at = {"isAtAll": False, "atMobiles": [], "atUserIds": []}
    return {"msgtype": "text", "text": {"content": plain_text(message)}, "at": at}


def _wecom(message: Message, _key: str) -> Payload:
    text = {"content": plain_text(message), "mentioned_list": [], "mentioned_mobile_list": []}
    return {"msgtype": "text", "text": text}


def _webhook(message: Message, key: str) -> Payload:
    return {"key": key, **as_plain(message)}


_FORMS: Mapping[ChannelKind, Callable[[Message, str], Payload]] = {
    "slack": _slack,
    "teams": _teams,
    "feishu": _feishu,
    "dingtalk": _dingtalk,
    "wecom": _wecom,
    "webhook": _webhook,
}
