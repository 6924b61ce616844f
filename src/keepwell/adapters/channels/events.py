"""Calls one endpoint with one signed event; of what it answers, status and headers are read."""

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from keepwell.adapters.channels.guarded_http import TOTAL_S, NotReached, checked_target, post
from keepwell.adapters.channels.web import webhook_headers
from keepwell.messages import Answer, encoded, event_payload, read_event_reply
from keepwell.ports.webhooks import Called, LeasedEvent
from keepwell.vocabulary import InputProblem


@dataclass(frozen=True, slots=True)
class WebhookCaller:
    """Fulfils `ports.webhooks.EventCaller`. `opened`: a sealed secret as it signs."""

    opened: Callable[[str], str]
    allow_private: bool
    now: Callable[[], datetime]
    steady_seconds: Callable[[], float]
    total_s: float = TOTAL_S

    def call(self, leased: LeasedEvent) -> Called:
        """Send one event, signed, and return what came of it; redirects are not followed."""
        began = self.steady_seconds()
        status: int | None = None
        is_ours = False
        try:
            secrets = self._secrets(leased.sealed)
            body = encoded(event_payload(leased.event))
            headers = {"Content-Type": "application/json; charset=utf-8"}
            headers |= webhook_headers(
                leased.event.uid, body, secrets[0], self.now(), former=secrets[1:]
            )
            target = checked_target(leased.url, allow_private=self.allow_private)
            reply = post(target, body, headers, self.total_s, reads_body=False)
            status, answer = reply.status, read_event_reply(reply, self.now())
        except NotReached as problem:
            answer = Answer("refused" if problem.is_final else "later", problem.why)
        except InputProblem as problem:
            answer, is_ours = Answer("later", f"{problem.what} {problem.cure}"), True
        return Called(answer, status, int((self.steady_seconds() - began) * 1000), is_ours)

    def _secrets(self, sealed: Sequence[str]) -> list[str]:
        """Return what signs, the newest first. Errors: InputProblem when the newest stays shut.

        A former secret that no key opens is left out: it was rolled because its key is lost.
        """
        newest, *former = sealed
        found = [self.opened(newest)]
        for one in former:
            with contextlib.suppress(InputProblem):
                found.append(self.opened(one))
        return found
