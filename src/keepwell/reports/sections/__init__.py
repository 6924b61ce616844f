"""Sections: each turns the desk into the blocks of one part of the report."""
