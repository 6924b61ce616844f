"""Figures: the facts that several sections share, each asked once and kept by key."""
