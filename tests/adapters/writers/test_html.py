"""The HTML report: self-contained, inert, in both themes."""

import re
from html.parser import HTMLParser

from adapters.writers.pages import page
from keepwell.adapters.writers import VegaPictures, html_page


class Tags(HTMLParser):
    """Collects tags with their attributes and the visible text."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def written() -> tuple[str, Tags]:
    told = page()
    renderer = VegaPictures()
    svgs = {p.key: {n: renderer.svg(s) for n, s in p.drawings.items()} for p in told.pictures}
    text = html_page(told, svgs)
    tags = Tags()
    tags.feed(text)
    return text, tags


def test_html_asks_for_nothing_from_outside() -> None:
    text, tags = written()
    assert not {"script", "link", "iframe", "object", "img"} & {t for t, _ in tags.tags}
    for _, attributes in tags.tags:
        for name in ("src", "href", "xlink:href"):
            value = attributes.get(name) or "#"
            assert value.startswith("#"), value
        assert not any(name.startswith("on") for name in attributes)
    assert re.findall(r"url\((?!data:font/woff;base64,|#)[^)]*\)", text) == []


def test_data_is_text_and_facts_are_links_to_their_rows() -> None:
    text, tags = written()
    assert "<script>alert" not in text
    assert "<script>alert(1)</script>" in tags.text
    assert ("a", {"class": "ref", "href": "#F01"}) in tags.tags


def test_both_themes_are_in_the_page_and_the_language_is_named() -> None:
    _, tags = written()
    classes = [a.get("class") for _, a in tags.tags]
    assert "only-light" in classes
    assert "only-dark" in classes
    assert ("html", {"lang": "zh-CN"}) in tags.tags


def test_the_same_page_gives_the_same_html() -> None:
    assert written()[0] == written()[0]


def test_every_picture_has_a_form_for_wide_and_for_narrow_screens() -> None:
    text, tags = written()
    kinds = [a.get("class") for t, a in tags.tags if t == "div" and a.get("class")]
    assert (kinds.count("wide"), kinds.count("narrow")) == (1, 1)
    assert kinds.count("only-light") == kinds.count("only-dark") == 2
    assert "max-width: 960px) { .wide { display: none; } .narrow { display: block; } }" in text


def test_a_picture_without_a_narrow_form_scrolls_in_a_box_of_its_own() -> None:
    told = page()
    drawn = {p.key: {t: VegaPictures().svg(p.specs[t]) for t in p.specs} for p in told.pictures}
    assert '<div class="every scroll">' in html_page(told, drawn)


def test_only_wide_tables_say_that_they_scroll() -> None:
    text, tags = written()
    looks = [a.get("class") for t, a in tags.tags if t == "table"]
    assert looks == ["small"]
    assert 'class="hint"' not in text
