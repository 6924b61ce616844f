"""What section 6 says of the two methods beside each other."""

from keepwell.reports import write_document
from keepwell.reports.page import lines_of
from keepwell.vocabulary import Lang
from reports.portfolio import Shape, load, open_engine


def test_the_overlap_of_the_top_quarters_is_counted_and_by_construction() -> None:
    with open_engine() as engine:
        subject = load(engine, Shape(accounts=60, unknown_share=0), 4)
        document = write_document(subject, engine.rows)
        tops = [
            {
                row[0]
                for row in engine.rows(
                    f"SELECT account_id FROM portfolio ORDER BY {amount} DESC, account_id LIMIT 15"
                )
            }
            for amount in ("weighted_amount", "run_rate_amount")
        ]
    fact = next(f for f in document.facts if f.key == "method:overlap")
    assert fact.is_by_construction
    assert (fact.value, fact.n) == (len(tops[0] & tops[1]), 15)
    assert 0 < len(tops[0] & tops[1]) < 15
    says: dict[Lang, str] = {"en": f"{fact.text('en')} of the top 15", "zh": "前 15 家里两边都有的"}
    for lang, words in says.items():
        texts = [line.plain(lang) for block in document.blocks for line in lines_of(block)]
        assert any(words in text for text in texts)


def test_a_handful_of_accounts_has_no_overlap_to_tell() -> None:
    with open_engine() as engine:
        document = write_document(load(engine, Shape(accounts=9, unknown_share=0), 4), engine.rows)
    assert not any(f.key in ("method:overlap", "method:ranks") for f in document.facts)
