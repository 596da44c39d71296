"""From events to change sets.

Subscribers note what happens; at the end of the transaction the notes become entries, and
the entries one change set on the log.
"""
