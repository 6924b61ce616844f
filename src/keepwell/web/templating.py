"""Templates as they are compiled: for each language, with its words written in and plain calls.

What a template says in fixed words is known when it is compiled, so a page looks none of them up;
and functions of ours are called as such, without Jinja's question whether they want its context.
"""

import hashlib
import keyword
from functools import cache
from importlib import resources
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.visitor import NodeTransformer

from keepwell.vocabulary import Lang
from keepwell.web import figures, pictures
from keepwell.web.navigation import GO_KEYS, navigation
from keepwell.web.words import WORDS


@cache
def asset(name: str) -> str:
    """Return the address of a static file, which changes with its content."""
    content = (resources.files("keepwell.web") / "static" / name).read_bytes()
    return f"/static/{name}?v={hashlib.sha256(content).hexdigest()[:12]}"


def said(key: str, lang: Lang, **values: object) -> str:
    """Return the words of a key. Errors: KeyError, which a test finds before a reader."""
    words = WORDS[key]
    text = words.zh if lang == "zh" else words.en
    return text.format(**values) if values else text


FUNCTIONS = {
    "asset": asset,
    "navigation": navigation,
    "score_text": figures.score_text,
    "change_text": figures.change_text,
    "change_class": figures.change_class,
    "count_text": figures.count_text,
    "share_text": figures.share_text,
    "ratio_text": figures.ratio_text,
    "signed_share": figures.signed_share,
    "short_day": figures.short_day_text,
    "tier_class": pictures.tier_class,
    "place": pictures.place,
    "bar": pictures.bar,
    "sparkline": pictures.sparkline,
    "is_late": figures.days_behind,
}
# What `showing` gives to every page; no template calls anything else by one of these names.
SPOKEN = frozenset({"t", "money", "day", "moment", "either", "or_else", "when", "segment_word"})
PLAIN = frozenset(FUNCTIONS) | SPOKEN


@cache
def environment(lang: Lang) -> Environment:
    """Return the environment of a language; an unknown name is an error, not an empty place."""
    made = _InWords(
        loader=PackageLoader("keepwell.web", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        # A page does not look at the files of its templates: they come with the program.
        auto_reload=False,
    )
    made.lang = lang
    made.globals |= FUNCTIONS | {"go_keys": GO_KEYS}
    return made


class _PlainCalls(CodeGenerator):
    """Calls our functions by their names; macros and methods as Jinja does."""

    def visit_Call(  # noqa: N802 - the name that Jinja looks for
        self, node: nodes.Call, frame: Frame, forward_caller: bool = False
    ) -> None:
        """Write one call."""
        if forward_caller or not _is_plain(node):
            super().visit_Call(node, frame, forward_caller=forward_caller)
            return
        self.visit(node.node, frame)
        self.write("(")
        for place, argument in enumerate((*node.args, *node.kwargs)):
            if place:
                self.write(", ")
            self.visit(argument, frame)
        self.write(")")


class _InWords(Environment):
    """An environment whose templates are compiled with the words of its language."""

    code_generator_class = _PlainCalls
    lang: Lang = "en"

    def _generate(
        self,
        source: nodes.Template,
        name: str | None,
        filename: str | None,
        *rest: Any,
        **more: Any,
    ) -> str:
        worded = _Words(self.lang).visit(source)
        return super()._generate(worded, name, filename, *rest, **more)


class _Words(NodeTransformer):
    """Puts fixed words in the place of `t("key")`; what takes values is said at each page."""

    def __init__(self, lang: Lang) -> None:
        self._lang = lang

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802 - as above
        """Return the words of a call, or the call."""
        if isinstance(node.node, nodes.Name) and node.node.name == "t" and len(node.args) == 1:
            key, is_alone = node.args[0], not (node.kwargs or node.dyn_args or node.dyn_kwargs)
            if is_alone and isinstance(key, nodes.Const) and key.value in WORDS:
                return nodes.Const(said(key.value, self._lang), lineno=node.lineno)
        found: nodes.Node = self.generic_visit(node)
        return found


def _is_plain(node: nodes.Call) -> bool:
    """Say whether a call is one of our functions with arguments that Python takes as they are."""
    is_ours = isinstance(node.node, nodes.Name) and node.node.name in PLAIN
    is_simple = not (node.dyn_args or node.dyn_kwargs)
    return is_ours and is_simple and not any(keyword.iskeyword(k.key) for k in node.kwargs)
