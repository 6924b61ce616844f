"""The shipped fonts: a subset of Noto Sans SC in two weights (SIL Open Font License, OFL.txt)."""

from keepwell.adapters.fonts.coverage import FAMILY, Glyphs, font_folder, shipped_glyphs

__all__ = ["FAMILY", "Glyphs", "font_folder", "shipped_glyphs"]
