"""The words of the pages in both languages; a key that is missing fails a test, not a reader."""

from collections.abc import Mapping

from keepwell.vocabulary import Bilingual
from keepwell.web.words.account import ACCOUNT
from keepwell.web.words.account_work import ACCOUNT_WORK
from keepwell.web.words.accounts import ACCOUNTS
from keepwell.web.words.admin import ADMIN
from keepwell.web.words.data import DATA
from keepwell.web.words.deeds import DEEDS
from keepwell.web.words.evidence import EVIDENCE
from keepwell.web.words.forecast import FORECAST
from keepwell.web.words.frame import FRAME
from keepwell.web.words.inbox import INBOX
from keepwell.web.words.matrix import MATRIX
from keepwell.web.words.overview import OVERVIEW
from keepwell.web.words.plays import PLAYS
from keepwell.web.words.proof import PROOF
from keepwell.web.words.signing import SIGNING
from keepwell.web.words.start import START
from keepwell.web.words.studio import STUDIO
from keepwell.web.words.studio_rules import RULES
from keepwell.web.words.studio_segments import SEGMENTS
from keepwell.web.words.value import VALUE
from keepwell.web.words.webhooks import WEBHOOKS

AREAS: tuple[Mapping[str, Bilingual], ...] = (
    ACCOUNT_WORK,
    FRAME, SIGNING, OVERVIEW, ACCOUNTS, ACCOUNT, EVIDENCE, INBOX, MATRIX, ADMIN, DATA, VALUE,
    FORECAST, STUDIO, PLAYS,
    START, PROOF, RULES, WEBHOOKS, DEEDS, SEGMENTS,
)  # fmt: skip
WORDS: Mapping[str, Bilingual] = {key: said for area in AREAS for key, said in area.items()}

__all__ = ["AREAS", "WORDS"]
