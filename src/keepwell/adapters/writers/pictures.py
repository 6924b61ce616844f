"""Vega-Lite specifications as PNG and SVG, with the shipped font and no box for a missing glyph."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from keepwell.adapters.fonts import Glyphs, font_folder

VERSION = "6.1"


@cache
def _converter() -> Any:
    """Return what draws, with our font; loaded where it is needed."""
    import vl_convert

    vl_convert.register_font_directory(str(font_folder()))
    return vl_convert


class VegaPictures:
    """Fulfils `ports.PictureRenderer`. Characters that no font holds are drawn as [U+....].

    `missing` collects them over all pictures drawn.
    """

    def __init__(self, glyphs: Glyphs | None = None) -> None:
        self._glyphs = glyphs or Glyphs()
        self.missing: set[str] = set()

    def png(self, spec: Mapping[str, Any], scale: float = 2.0) -> bytes:
        """Return the picture as PNG bytes."""
        drawn: bytes = _converter().vegalite_to_png(
            self._prepared(spec), vl_version=VERSION, scale=scale, allowed_base_urls=[]
        )
        return drawn

    def svg(self, spec: Mapping[str, Any]) -> str:
        """Return the picture as SVG text, without fixed ids that could clash on one page."""
        text: str = _converter().vegalite_to_svg(
            self._prepared(spec), vl_version=VERSION, allowed_base_urls=[]
        )
        return re.sub(r"<\?xml[^>]*\?>\s*", "", text)

    def _prepared(self, spec: Mapping[str, Any]) -> dict[str, Any]:
        prepared: dict[str, Any] = {key: self._safe(value) for key, value in spec.items()}
        return prepared

    def _safe(self, value: Any) -> Any:
        if isinstance(value, str):
            self.missing.update(self._glyphs.undrawable(value))
            return self._glyphs.drawable(value)
        if isinstance(value, Mapping):
            return {key: self._safe(item) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [self._safe(item) for item in value]
        return value
