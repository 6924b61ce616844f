"""A message as plain text: for files, mail, inboxes, and as the measure of what others show."""

from keepwell.messages.blocks import Message
from keepwell.vocabulary import Bilingual

MORE = Bilingual("另有 {0} 家客户未列出：{1}", "{0} more accounts: {1}")
ONE_MORE = "1 more account: {1}"


def more_line(message: Message) -> str:
    """Return the line on what is not listed; empty when everything is."""
    if not message.more:
        return ""
    pattern = ONE_MORE if message.more == 1 and message.lang == "en" else MORE.text(message.lang)
    return pattern.format(message.more, message.link)


def plain_text(message: Message) -> str:
    """Return the message as lines of text, items numbered."""
    lines = [message.title, message.lead, ""]
    for number, item in enumerate(message.items, start=1):
        lines.append(f"{number}. {item.title}")
        lines += [f"   {line}" for line in item.lines]
        lines.append("")
    more = more_line(message)
    return "\n".join([*lines, more] if more else lines).rstrip("\n")
