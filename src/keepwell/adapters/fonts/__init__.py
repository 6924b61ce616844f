"""The shipped fonts: subsets of Noto Sans SC and Noto Sans in two weights (OFL, see OFL.txt)."""

from keepwell.adapters.fonts.coverage import (
    FAMILY,
    LATIN_FAMILY,
    SHIPPED,
    Glyphs,
    code_points,
    font_folder,
    shipped_glyphs,
)
from keepwell.adapters.fonts.subset import woff_subset

__all__ = [
    "FAMILY",
    "LATIN_FAMILY",
    "SHIPPED",
    "Glyphs",
    "code_points",
    "font_folder",
    "shipped_glyphs",
    "woff_subset",
]
