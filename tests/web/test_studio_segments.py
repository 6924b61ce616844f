"""The studio of the segment map: painting, what that would do, publishing, rolling back."""

import re

import pytest
from fastapi import FastAPI

from keepwell.adapters.segment_maps import load_segment_map, shipped_segment_text
from keepwell.ports.pages import Scope
from keepwell.ports.studio import text_hash
from keepwell.wiring.studio_desk import StudioDesk
from keepwell.wiring.studio_segments import SegmentStudio
from keepwell.wiring.web_desk import WebDesk
from web.caller import HOST, Caller, let_in, signed_in
from web.portfolio import CANARY
from web.studio_world import with_snapshot

Shop = tuple[FastAPI, WebDesk]
PAGE = "/studio/segments"
API = "/api/v1/definitions/segments.map"


@pytest.fixture
def studio(shop: Shop) -> tuple[Caller, WebDesk]:
    """Give an operator signed in to a project whose accounts were segmented."""
    app, desk = shop
    with_snapshot(desk)
    let_in(desk, "ops", "operations")
    return signed_in(app, "ops"), desk


def form(**fields: str) -> dict[str, str]:
    return {"text": shipped_segment_text(), "base": text_hash(""), **fields}


def painted(*cells: str, segment: str) -> dict[str, str]:
    return form(**{f"x:{cell}": "1" for cell in cells}, segment=segment)


def text_in(page: str) -> str:
    """Return the map that a page's form holds."""
    from html import unescape

    found = re.search(r'name="text" value="([^"]*)"', page)
    assert found
    return unescape(found[1])


def test_cells_are_painted_previewed_published_and_rolled_back(
    studio: tuple[Caller, WebDesk],
) -> None:
    ops, desk = studio
    root = desk.project.layout.root
    at_rest = ops.get(PAGE)
    assert at_rest.status_code == 200
    assert at_rest.text.count('type="checkbox"') == 125
    # Two accounts in five score R 5; of those, R5 F2 M3 is one combination.
    shown = ops.submit(f"{PAGE}/preview", painted("5-2-3", "4-1-3", segment="champion"))
    assert shown.status_code == 200
    assert "<html" not in shown.text
    assert re.search(r"R5 F2 M3: (was Potential Loyalist, becomes Champion|原为)", shown.text)
    assert not (root / "segments").exists()
    text = text_in(shown.text)
    # Comments stay, and only the segments that have to say so.
    assert "# How scores of recency" in text
    assert len(re.findall(r"^[-+] ", _diff(shipped_segment_text(), text), re.M)) == 2
    wish = {"title": "Buyers", "reason": "They pay", "text": text}
    nameless = ops.submit(f"{PAGE}/publish", form(text=text))
    assert nameless.status_code == 422
    done = ops.submit(f"{PAGE}/publish", form(**wish))
    assert (done.status_code, done.headers["location"]) == (303, f"{PAGE}?done=published")
    assert load_segment_map(root).segment_of(5, 2, 3) == "champion"
    assert load_segment_map(root).segment_of(5, 2, 2) == "potential_loyalist"
    waiting = ops.get(PAGE)
    assert "next run" in waiting.text or "下次运行" in waiting.text
    late = ops.submit(f"{PAGE}/publish", form(**{**wish, "text": text + "# x\n"}))
    assert late.status_code == 409
    newest, found = ops.get(f"{API}/versions").json()["versions"]
    assert (newest["author"], found["origin"]) == ("ops", "found")
    back = {"base": text_hash(text), "reason": "It was a try"}
    undone = ops.submit(f"{PAGE}/versions/{found['id']}", back)
    assert undone.status_code == 303
    assert load_segment_map(root).segment_of(5, 2, 3) == "potential_loyalist"
    assert not list((root / "segments").glob("*.yml"))


def _diff(before: str, after: str) -> str:
    from keepwell.wiring.studio_desk import difference

    return "\n".join(f"{d.sign} {d.text}" for d in difference(before, after))


def test_a_map_that_would_not_be_whole_is_said_in_words_and_keeps_the_ticks(
    studio: tuple[Caller, WebDesk],
) -> None:
    ops, desk = studio
    lost = [f"1-{f}-{m}" for f in range(1, 6) for m in range(1, 6)]
    emptied = ops.submit(f"{PAGE}/preview", painted(*lost, segment="champion"))
    assert re.search(r"No combination would be left for [^:]*Lost|将不剩任何组合", emptied.text)
    assert emptied.text.count(" checked") == 26
    chosen = ops.submit(f"{PAGE}/preview", painted("1-1-1", segment="none"))
    assert "Choose the segment" in chosen.text or "请选择" in chosen.text
    hole = shipped_segment_text().replace("when: [{r: [1, 1]}]", "when: [{r: [1, 1], f: [2, 5]}]")
    for words in ({"text": hole, "as": "text"}, {"text": "no: map", "as": "text"}):
        refused = ops.submit(f"{PAGE}/publish", form(**{**words, "title": "t", "reason": "r"}))
        assert refused.status_code == 422
        assert "map.yml:" in refused.text
    same = ops.submit(f"{PAGE}/publish", form(title="t", reason="r"))
    assert same.status_code == 422
    assert not (desk.project.layout.root / "segments").exists()


def test_programs_paint_by_text_and_a_preview_counts_only_accounts_in_sight(
    studio: tuple[Caller, WebDesk],
) -> None:
    ops, desk = studio
    word = {"Origin": HOST, "X-CSRF-Token": ops.csrf()}
    cells = [(r, f, m) for r in (4,) for f in range(1, 6) for m in range(1, 6)]
    segments = SegmentStudio(StudioDesk(desk))
    text = segments.edited(shipped_segment_text(), cells[5:15], "loyal_customer")
    listed = ops.get("/api/v1/definitions").json()["definitions"]
    assert [d["file"] for d in listed if d["kind"] == "segments"] == ["segments/map.yml"]
    wrong = {"text": text.replace("segment: lost", "segment: champion")}
    assert ops.send("POST", f"{API}/preview", json=wrong, headers=word).status_code == 422
    tried = ops.send("POST", f"{API}/preview", json={"text": text}, headers=word).json()["trial"]
    assert tried["accounts"] == 61
    assert tried["moved"] == sum(f["accounts"] for f in tried["flows"]) > 0
    held = {s["segment"]: s["after"]["cells"] for s in tried["shares"]}
    assert sum(held.values()) == 125
    mine = segments.preview(text, Scope(("U1",))).trial
    assert mine.accounts == 60
    assert CANARY not in repr(mine)
    wish = {"text": text, "base": text_hash(""), "title": "t", "reason": "r"}
    made = ops.send("POST", f"{API}/versions", json=wish, headers=word)
    assert made.status_code == 201
    assert load_segment_map(desk.project.layout.root).segment_of(4, 2, 1) == "loyal_customer"
