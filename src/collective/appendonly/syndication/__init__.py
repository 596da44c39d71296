"""Atom and RSS feeds of any activity page, and personal feed URLs for feed readers."""
