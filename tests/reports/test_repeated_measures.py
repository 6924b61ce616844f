"""Measures that tell nothing of their own leave the profile, and the report names them."""

from dataclasses import replace

from keepwell.reports.desk import open_desk
from keepwell.reports.facts import FactBook
from keepwell.reports.figures.repeated import sort_out
from keepwell.reports.page import Paragraph
from keepwell.reports.sections.profile import profile, profile_rows
from reports.checks import nested
from reports.portfolio import Shape, load, open_engine


def test_constant_measures_and_multiples_of_another_are_left_out_and_named() -> None:
    with open_engine() as engine:
        subject = load(engine, Shape(accounts=80, unknown_share=0), 3)
        engine.run("ALTER TABLE portfolio ADD COLUMN monthly DOUBLE")
        engine.run("UPDATE portfolio SET monthly = annual_revenue / 12")
        engine.run("ALTER TABLE portfolio ADD COLUMN fixed DOUBLE DEFAULT 7")
        engine.run("ALTER TABLE portfolio ADD COLUMN nearly DOUBLE")
        engine.run("UPDATE portfolio SET nearly = annual_revenue + (account_id < 'A0005')::INT")
        subject = replace(subject, columns=subject.columns | {"monthly", "fixed", "nearly"})
        desk = open_desk(subject, FactBook(engine.rows))
        rows = profile_rows(desk)
        revenue = next(r for r in rows if r.measure == "annual_revenue")
        copies = [replace(revenue, measure=m) for m in ("monthly", "fixed", "nearly")]
        found = sort_out(desk, [*rows, *copies])
        assert found.constant == ("fixed",)
        assert found.restating == (("monthly", "annual_revenue"),)
        assert [r.measure for r in found.kept] == [r.measure for r in [*rows, copies[-1]]]

        engine.run("UPDATE portfolio SET number_of_employees = 5")
        desk = open_desk(subject, FactBook(engine.rows))
        lines = [b.text for b in profile(desk) if isinstance(b, Paragraph)]
    told = [part.plain("en") for text in lines for part in nested(text)]
    left = [text for text in told if text.startswith("Left out: ")]
    assert len(left) == 1
    assert "(every known value is the same)" in left[0]
