"""What a Zope under observation tells besides: its conflicts, and all of its log.

Loaded by ``benchmarks.race`` only. Nothing of Plone is changed.
"""
