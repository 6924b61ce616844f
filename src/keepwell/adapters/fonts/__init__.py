"""The shipped fonts: a subset of Noto Sans SC in two weights (SIL Open Font License, OFL.txt)."""

from keepwell.adapters.fonts.coverage import (
    FAMILY,
    REGULAR,
    STRONG,
    Glyphs,
    font_folder,
    shipped_glyphs,
)
from keepwell.adapters.fonts.subset import woff_subset

__all__ = ["FAMILY", "REGULAR", "STRONG", "Glyphs", "font_folder", "shipped_glyphs", "woff_subset"]
