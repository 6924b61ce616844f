"""Shows the verdict on a labelled table without dates."""

from typing import Any

from keepwell.cli.console import Speaker
from keepwell.cli.show_proof import WORDS, proved_values, show_proof
from keepwell.proof import Estimate
from keepwell.proof.model import LabelledCard, TooFewEvents
from keepwell.reports import conclusion_word
from keepwell.runs.labelled_proof import LabelledProved
from keepwell.runs.proof_whole import plain
from keepwell.vocabulary import Bilingual, Lang
from keepwell.wiring.proving import ProofDone

HEADING = Bilingual("{0} · 交叉验证", "{0} · cross-validated")
RANKS = Bilingual(
    "AUC {0}；减提升树 {1}；减最强单列 {2}",
    "AUC {0}; minus boosted trees {1}; minus the strongest column {2}",
)
LEVEL = Bilingual(
    "校准误差（ECE）{0}，概率全对时仅凭偶然 {2}；Brier {1}",
    "calibration error (ECE) {0}, of true probabilities by chance {2}; Brier {1}",
)
COUNTED = Bilingual("{0} 家客户中 {1} 家离开", "{1} of {0} accounts left")


def show_judged(
    labelled: LabelledProved | None, done: ProofDone, lang: Lang, *, as_json: bool
) -> None:
    """Print the verdict on the labelled table, where there is one, then those of back-tests."""
    if labelled is None:
        show_proof(done, lang, as_json=as_json)
        return
    speak = Speaker(as_json=as_json)
    if speak.result({**proved_values(done), "labelled": _told(labelled)}):
        return
    speak.heading(HEADING.text(lang).format(labelled.table))
    found = labelled.found
    if isinstance(found, TooFewEvents):
        speak.line(found.text(lang))
    else:
        for text in _lines(found, lang):
            speak.line(text)
    speak.heading(WORDS["written"].text(lang))
    for path in labelled.written.files:
        speak.line(f"  {path}")
    if done.cards:
        show_proof(done, lang, as_json=False)


def _told(proved: LabelledProved) -> dict[str, Any]:
    found = proved.found
    told: dict[str, Any] = {
        "table": proved.table,
        "files": [str(f) for f in proved.written.files],
    }
    if isinstance(found, TooFewEvents):
        return told | {"conclusion": "not_enough_data", "reason": found.text("en")}
    judged, own = found.card.judgement, found.card.calibration
    trees = next(iter(found.card.models), None)
    return told | {
        "conclusion": str(judged.conclusion),
        "reason": str(judged.reason),
        "accounts": found.card.extent.accounts,
        "left": found.card.extent.event_accounts,
        "auc": _values(judged.auc),
        "boosted_trees_auc": _values(trees.auc) if trees else None,
        "minus_boosted_trees": _values(trees.difference) if trees else None,
        "minus": {r.rule: _values(r.difference) for r in judged.rules},
        "ece": _values(own.ece) if own else None,
        "ece_by_chance": _values(own.ece_by_chance) if own else None,
        "brier": _values(own.brier) if own else None,
        "leaks": sorted({leak.feature for leak in found.card.leaks}),
    }


def _lines(found: LabelledCard, lang: Lang) -> list[str]:
    judged, own = found.card.judgement, found.card.calibration
    trees = next(iter(found.card.models), None)
    word = conclusion_word(judged.conclusion, judged.rule or "recency").text(lang)
    extent = found.card.extent
    lines = [
        f"{WORDS['verdict'].text(lang)}: {word}",
        COUNTED.text(lang).format(f"{extent.accounts:,}", f"{extent.event_accounts:,}"),
    ]
    if trees:
        rule = judged.rules[0].difference
        lines.append(
            RANKS.text(lang).format(_text(judged.auc), _signed(trees.difference), _signed(rule))
        )
    if own:
        lines.append(
            LEVEL.text(lang).format(_text(own.ece), _text(own.brier), _text(own.ece_by_chance))
        )
    return lines


def _text(found: Estimate) -> str:
    return f"{found.value:.3f} ({found.low:.3f} .. {found.high:.3f})"


def _signed(found: Estimate) -> str:
    return f"{found.value:+.3f} ({found.low:+.3f} .. {found.high:+.3f})"


def _values(found: Estimate) -> dict[str, Any]:
    values: dict[str, Any] = plain({"value": found.value, "low": found.low, "high": found.high})
    return values
