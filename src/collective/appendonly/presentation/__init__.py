"""Texts for the items of a feed: who did what, where and when, in the language of the reader."""
