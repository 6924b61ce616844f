"""Whether every matched alert is accounted for, counted by SQL."""

from sqlalchemy import text
from sqlalchemy.orm import Session

from keepwell.ports import Balance

# Alerts that wait for approval, or for the baseline digest, are pending too.
_COUNTS = """
SELECT count(*),
  sum(CASE WHEN status = 'delivered' THEN 1 ELSE 0 END),
  sum(CASE WHEN status IN ('pending', 'held', 'baseline') THEN 1 ELSE 0 END),
  sum(CASE WHEN status = 'suppressed' THEN 1 ELSE 0 END),
  sum(CASE WHEN status = 'superseded' THEN 1 ELSE 0 END),
  sum(CASE WHEN status = 'dead_lettered' THEN 1 ELSE 0 END)
FROM alerts
"""
# Each finds alerts whose status and whose messages contradict each other.
_CONTRADICTIONS = {
    "{0} delivered alerts are in no delivered message": """
SELECT count(*) FROM alerts a WHERE a.status = 'delivered' AND NOT EXISTS (
  SELECT 1 FROM message_alerts l JOIN messages m ON m.id = l.message_id
  WHERE l.alert_id = a.id AND m.status = 'delivered')
""",
    "{0} pending alerts are in messages of which none can still be sent": """
SELECT count(*) FROM alerts a WHERE a.status IN ('pending', 'baseline') AND EXISTS (
  SELECT 1 FROM message_alerts l JOIN messages m ON m.id = l.message_id
  WHERE l.alert_id = a.id AND m.status <> 'superseded') AND NOT EXISTS (
  SELECT 1 FROM message_alerts l JOIN messages m ON m.id = l.message_id
  WHERE l.alert_id = a.id AND m.status IN ('pending', 'leased'))
""",
    "{0} dead-lettered alerts are in a message that lives": """
SELECT count(*) FROM alerts a WHERE a.status = 'dead_lettered' AND EXISTS (
  SELECT 1 FROM message_alerts l JOIN messages m ON m.id = l.message_id
  WHERE l.alert_id = a.id AND m.status IN ('pending', 'leased', 'delivered'))
""",
}
# What the last run of each day matched, against the alerts of that day. Those that a later run of
# the same day took back were not matched by it, nor what is told of plans. Both sides are counted
# once, not day by day.
_MATCHED = """
SELECT g.run_id, g.matched, coalesce(s.stored, 0) AS stored
FROM run_gates g JOIN runs r ON r.run_id = g.run_id
JOIN (SELECT max(sequence) AS sequence FROM runs GROUP BY as_of) o ON o.sequence = r.sequence
LEFT JOIN (
  SELECT a.as_of, count(*) AS stored FROM alerts a WHERE a.account_id IS NOT NULL
  AND substr(a.trigger, 1, 5) <> 'plan:'
  AND (a.ended_on IS NULL OR a.ended_on > a.as_of) GROUP BY a.as_of) s ON s.as_of = r.as_of
WHERE g.matched IS NOT NULL AND g.kind <> 'closed' ORDER BY r.sequence
"""


def balance(session: Session) -> Balance:
    """Return where all matched alerts stand, and every number that does not fit."""
    counts = [int(n or 0) for n in session.execute(text(_COUNTS)).one()]
    matched, parts = counts[0], counts[1:]
    faults = []
    if matched != sum(parts):
        faults.append(f"{matched} alerts matched, {sum(parts)} are accounted for")
    for words, select in _CONTRADICTIONS.items():
        found = int(session.execute(text(select)).scalar_one())
        if found:
            faults.append(words.format(found))
    for run_id, expected, stored in session.execute(text(_MATCHED)):
        if expected != stored:
            faults.append(f"run {run_id} matched {expected} alerts, {stored} are stored")
    delivered, pending, suppressed, superseded, dead_lettered = parts
    return Balance(
        matched, delivered, pending, suppressed, superseded, dead_lettered, tuple(faults)
    )
