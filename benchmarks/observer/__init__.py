"""What a Zope under observation tells besides: its conflicts, and all of its log.

Loaded by ``benchmarks.race`` and ``benchmarks.load`` only. Nothing of Plone is changed.
"""
