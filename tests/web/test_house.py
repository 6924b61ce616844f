"""Rules of the web room that a machine keeps: words, assets, inline code, tokens."""

import hashlib
import json
import re
from pathlib import Path

import pytest

from keepwell.web.templating import PLAIN, environment
from keepwell.web.words import AREAS, WORDS

WEB = Path(__file__).parents[2] / "src" / "keepwell" / "web"
TEMPLATES = sorted((WEB / "templates").glob("*.html"))
CODE = sorted(WEB.rglob("*.py"))
NAMED = re.compile(r"""\bt\(\s*['"]([a-z0-9_.]+)['"]\s*(~)?""")
SAID = re.compile(r"""\bsaid\(\s*['"]([a-z0-9_.]+)['"]""")
VENDORED = (WEB / "static" / "vendor", Path(__file__).parent / "vendor")


LITERAL = re.compile(r"""['"]([a-z_]+\.[a-z0-9_.]*)['"]""")


def used_keys() -> tuple[set[str], set[str]]:
    """Return the keys and the beginnings of keys that templates and code ask for."""
    found: set[str] = set()
    for file in (*TEMPLATES, *CODE):
        if file.parent.name != "words":
            found |= set(LITERAL.findall(file.read_text("utf-8")))
    code = "".join(f.read_text("utf-8") for f in CODE)
    begun = {key for key in found if key.endswith(".")}
    return found - begun, begun | set(re.findall(r'f"([a-z_]+\.)\{', code))


def test_every_word_that_a_template_asks_for_is_there() -> None:
    whole, begun = used_keys()
    asked = {
        k for f in TEMPLATES for k, joined in NAMED.findall(f.read_text("utf-8")) if not joined
    }
    asked |= {k for f in CODE for k in SAID.findall(f.read_text("utf-8"))}
    assert asked <= set(WORDS), f"missing: {sorted(asked - set(WORDS))}"
    assert not [b for b in begun if not any(k.startswith(b) for k in WORDS)]
    assert whole


def test_no_word_is_left_over_or_said_twice() -> None:
    whole, begun = used_keys()
    idle = [k for k in WORDS if k not in whole and not any(k.startswith(b) for b in begun)]
    assert not idle
    assert len(WORDS) == sum(len(area) for area in AREAS)


@pytest.mark.parametrize("key", sorted(WORDS))
def test_words_are_there_in_both_languages_with_the_same_places(key: str) -> None:
    zh, en = WORDS[key].zh, WORDS[key].en
    assert zh.strip()
    assert en.strip()
    assert set(re.findall(r"\{(\w+)\}", zh)) == set(re.findall(r"\{(\w+)\}", en))


@pytest.mark.parametrize("file", TEMPLATES, ids=lambda f: f.name)
def test_templates_hold_nothing_that_the_content_policy_forbids(file: Path) -> None:
    text = file.read_text("utf-8")
    assert not re.search(r"\sstyle\s*=", text)
    assert "<style" not in text
    assert not re.search(r"\son[a-z]+\s*=", text)
    assert not re.search(r"hx-on|js:|javascript:", text)
    inline = re.findall(r"<script(?![^>]*(?:src=|type=\"application/json\"))", text)
    assert not inline
    assert "|safe" not in text.replace(" ", "")


@pytest.mark.parametrize("folder", VENDORED, ids=lambda f: f.parent.name)
def test_vendored_files_are_those_of_the_manifest(folder: Path) -> None:
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    assert {m["file"] for m in manifest} == {f.name for f in folder.glob("*.js")}
    for entry in manifest:
        found = hashlib.sha256((folder / entry["file"]).read_bytes()).hexdigest()
        assert found == entry["sha256"], entry["file"]
        assert (folder / f"{entry['package']}.LICENSE").is_file()


def test_both_dark_blocks_of_the_tokens_are_equal() -> None:
    text = (WEB / "static" / "tokens.css").read_text("utf-8")
    blocks = [
        sorted(re.findall(r"(--[a-z0-9-]+):\s*([^;]+);", block))
        for block in re.findall(r'\[data-theme="(?:dark|system)"\]\s*\{(.*?)\n?\s*\}', text, re.S)
    ]
    assert len(blocks) == 2
    assert blocks[0] == blocks[1]


@pytest.mark.parametrize("name", ["app.css", "pages.css", "work.css"])
def test_style_sheets_take_colours_from_the_tokens(name: str) -> None:
    text = (WEB / "static" / name).read_text("utf-8")
    assert not re.findall(r"#[0-9a-fA-F]{3,8}\b(?!-)", re.sub(r"url\(#\w+\)", "", text))


def test_no_template_gives_the_name_of_a_function_of_ours_to_something_else() -> None:
    own = re.compile(
        r"\{%-?\s*(?:macro|set)\s+([a-z_]+)|\bfor\s+([a-z_, ]+)\s+in\b|\bas\s+([a-z]+)"
    )
    for file in TEMPLATES:
        for groups in own.findall(file.read_text("utf-8")):
            taken = {n.strip() for g in groups for n in g.split(",")}
            assert not taken & PLAIN, file.name


def test_templates_say_fixed_words_in_the_language_they_are_compiled_for() -> None:
    source = "{{ t('frame.skip') }}|{{ t('nav.' ~ 'value') }}|{{ t('no.such') }}"
    for lang in ("zh", "en"):
        made = environment(lang).from_string(source)
        written = WORDS["frame.skip"].zh if lang == "zh" else WORDS["frame.skip"].en
        assert made.render(t=lambda key: f"<{key}>") == (
            f"{written}|&lt;nav.value&gt;|&lt;no.such&gt;"
        )
