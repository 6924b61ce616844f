"""Every combination of R, F and M has one segment, in SQL as in Python; broken maps are refused."""

from collections import Counter
from random import Random

import pytest
from pydantic import ValidationError

from keepwell.adapters.engines import DuckDbEngine
from keepwell.adapters.segment_maps import load_segment_map, shipped_segment_map
from keepwell.measures import parse_portable
from keepwell.value import CELLS, Cell, SegmentMap, repainted
from keepwell.vocabulary import ConfigInvalid

ELEVEN = {
    *("champion", "loyal_customer", "potential_loyalist", "new_customer", "promising"),
    *("need_attention", "about_to_sleep", "at_risk", "cant_lose", "hibernating", "lost"),
}
LABEL = {"label": {"zh": "甲", "en": "A"}, "meaning": {"zh": "甲", "en": "A"}, "engagement": 0.5}


def test_shipped_map_gives_all_125_combinations_one_of_eleven_segments() -> None:
    found = Counter(shipped_segment_map().segment_of(*cell) for cell in CELLS)
    assert sum(found.values()) == 125
    assert set(found) == ELEVEN


@pytest.mark.parametrize(
    ("scores", "segment"),
    [
        ((5, 5, 5), "champion"),
        ((4, 4, 4), "champion"),
        ((3, 5, 5), "loyal_customer"),
        ((5, 3, 4), "loyal_customer"),
        ((2, 4, 4), "cant_lose"),
        ((1, 5, 5), "cant_lose"),
        ((2, 3, 4), "at_risk"),
        ((1, 5, 1), "at_risk"),
        ((5, 2, 2), "potential_loyalist"),
        ((5, 1, 1), "new_customer"),
        ((5, 1, 5), "new_customer"),
        ((4, 1, 2), "promising"),
        ((3, 3, 3), "need_attention"),
        ((3, 1, 3), "about_to_sleep"),
        ((2, 1, 1), "hibernating"),
        ((1, 1, 1), "lost"),
    ],
)
def test_well_known_combinations_land_where_the_published_grids_put_them(
    scores: tuple[int, int, int], segment: str
) -> None:
    assert shipped_segment_map().segment_of(*scores) == segment


def test_sql_and_python_agree_on_every_combination_and_unknown_scores_are_unknown() -> None:
    shipped = shipped_segment_map()
    values = ", ".join(f"({r}, {f}, {m})" for r, f, m in CELLS)
    source = f"(VALUES {values}, (NULL, 3, 3)) AS t(r_score, f_score, m_score)"
    with DuckDbEngine(memory_limit_mb=256, threads=1) as engine:
        rows = engine.rows(f"SELECT r_score, f_score, m_score, {shipped.case()} FROM {source}")
    assert len(rows) == 126
    for r, f, m, segment in rows:
        assert segment == ("unknown" if r is None else shipped.segment_of(r, f, m))


def test_segment_sql_is_portable() -> None:
    shipped = shipped_segment_map()
    parse_portable(f"SELECT {shipped.case()} AS segment FROM value_marked")
    parse_portable(f"SELECT {shipped.engagement_case('segment')} AS e FROM value_scored")


def test_labels_exist_in_both_languages_and_differ() -> None:
    for segment in shipped_segment_map().segments:
        assert segment.label.zh != segment.label.en
        assert segment.meaning.zh != segment.meaning.en


def _map(*whens: list[dict[str, list[int]]]) -> dict[str, object]:
    segments = [{"segment": f"s{i}", **LABEL, "when": w} for i, w in enumerate(whens)]
    return {"map": "own", "segments": segments}


def test_map_with_holes_names_the_combinations() -> None:
    with pytest.raises(ValidationError, match=r"50 of 125 combinations have no segment: R1 F1 M1"):
        SegmentMap.model_validate(_map([{"r": [3, 5]}]))


def test_map_with_a_segment_that_nothing_reaches_is_refused() -> None:
    with pytest.raises(ValidationError, match="no combination reaches s1"):
        SegmentMap.model_validate(_map([{}], [{"r": [1, 2]}]))


def test_band_written_backwards_is_refused() -> None:
    with pytest.raises(ValidationError, match="write the lower score first"):
        SegmentMap.model_validate(_map([{"r": [5, 3]}]))


def test_project_map_replaces_the_shipped_one_and_two_are_refused(tmp_path: object) -> None:
    from pathlib import Path

    folder = Path(str(tmp_path))
    assert load_segment_map(folder).map == "engagement"
    (folder / "segments").mkdir()
    text = (
        "map: two\nsegments:\n"
        "  - {segment: near, label: {zh: 近, en: Near}, meaning: {zh: 近, en: Near}, "
        "engagement: 1, when: [{r: [3, 5]}]}\n"
        "  - {segment: far, label: {zh: 远, en: Far}, meaning: {zh: 远, en: Far}, "
        "engagement: 0, when: [{}]}\n"
    )
    (folder / "segments" / "a.yml").write_text(text, "utf-8")
    assert load_segment_map(folder).names == ("near", "far")
    (folder / "segments" / "b.yml").write_text(text, "utf-8")
    with pytest.raises(ConfigInvalid, match="holds 2 maps"):
        load_segment_map(folder)


def test_broken_map_is_refused_with_file_and_line(tmp_path: object) -> None:
    from pathlib import Path

    folder = Path(str(tmp_path))
    (folder / "segments").mkdir()
    (folder / "segments" / "a.yml").write_text("map: x\nsegments: []\n", "utf-8")
    with pytest.raises(ConfigInvalid, match=r"a\.yml:"):
        load_segment_map(folder)


def painted(segments: SegmentMap, cells: dict[Cell, str]) -> SegmentMap:
    """Return a map with the rules that `repainted` gives."""
    rules = repainted(segments, cells)
    whens = {s.segment: rules.get(s.segment, s.when) for s in segments.segments}
    return SegmentMap.model_validate(
        {"map": "x", "segments": [{**s.model_dump(), "when": whens[s.segment]}
                                  for s in segments.segments]}
    )  # fmt: skip


def test_cells_go_where_they_are_painted_and_all_others_stay() -> None:
    chance, segments = Random(20261130), shipped_segment_map()  # noqa: S311 - seeded
    emptied = 0
    for _ in range(40):
        chosen = chance.sample(CELLS, chance.randint(1, 40))
        cells = {cell: chance.choice(segments.names) for cell in chosen}
        wanted = {cell: cells.get(cell) or segments.segment_of(*cell) for cell in CELLS}
        if missing := set(segments.names) - set(wanted.values()):
            with pytest.raises(ValueError) as told:  # noqa: PT011 - what it names is looked at
                repainted(segments, cells)
            assert set(told.value.args) == missing
            emptied += 1
            continue
        segments = painted(segments, cells)
        assert {cell: segments.segment_of(*cell) for cell in CELLS} == wanted
    assert emptied < 20


def test_rules_that_still_hold_are_kept_and_painting_back_restores_them() -> None:
    shipped = shipped_segment_map()
    rules = repainted(shipped, {(3, 5, 5): "champion"})
    assert set(rules) == {"champion"}
    assert rules["champion"][0] == shipped.segments[0].when[0]
    assert rules["champion"][1].model_dump(exclude_defaults=True) == {
        "r": (3, 3), "f": (5, 5), "m": (5, 5),
    }  # fmt: skip
    back = painted(painted(shipped, {(3, 5, 5): "champion"}), {(3, 5, 5): "loyal_customer"})
    assert [s.when for s in back.segments] == [s.when for s in shipped.segments]
    assert repainted(shipped, {(5, 5, 5): "champion"}) == {}
