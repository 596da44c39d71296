"""Atom and RSS of any activity page, and personal addresses for feed readers."""
