"""What each kind of channel bears: messages in a span, bytes in a body, minutes to avoid."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from keepwell.messages.settings import ChannelKind


@dataclass(frozen=True, slots=True)
class Limit:
    """Limits of one channel: `paces` as (messages, seconds), none exceeded at any time.

    `most_bytes`:    of the encoded body. `busy_minutes`: minutes of the hour to keep out of.
    """

    paces: tuple[tuple[int, float], ...] = ()
    most_bytes: int = 256 * 1024
    busy_minutes: frozenset[int] = frozenset()


# Spans are a little longer than the vendors': their clocks and the network are not ours.
LIMITS: Mapping[ChannelKind, Limit] = {
    "inapp": Limit(),
    "file": Limit(),
    "smtp": Limit(),
    "webhook": Limit(),
    "slack": Limit(((1, 1.1),), 16 * 1024),
    "teams": Limit(((4, 1.2),), 27 * 1024),
    "feishu": Limit(((5, 1.2), (100, 61)), 19 * 1024, frozenset({0, 30})),
    "dingtalk": Limit(((18, 61),), 19 * 1024),
    "wecom": Limit(((18, 61),), 2048),
    # Of the text: the least that services behind it bear, such as Discord.
    "apprise": Limit(((1, 1.1),), 1900),
}


def free_at(limit: Limit, attempts: Sequence[datetime], now: datetime) -> datetime:
    """Return when the channel may be called next, `now` when it may be called at once.

    `attempts`: moments of earlier calls, in any order, at least those of the longest span.
    """
    moment = now
    newest = sorted(attempts, reverse=True)
    for count, seconds in limit.paces:
        if len(newest) >= count:
            moment = max(moment, newest[count - 1] + timedelta(seconds=seconds))
    if moment.minute in limit.busy_minutes:
        moment = moment.replace(second=0, microsecond=0) + timedelta(minutes=1)
    return moment
