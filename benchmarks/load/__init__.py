"""A day at the office in minutes: editors and readers on two Zopes, with the add-on and without.

``python -m benchmarks.load`` runs it on ZEO and on PostgreSQL; ``make load`` does that. One of
the Zopes is killed on the way. In the end every edit that was answered has to be in the log,
once and as it was made, and nothing else.
"""
