"""What a Zope under observation tells besides: conflicts, processor time, and all of its log.

Loaded by ``benchmarks.race`` and ``benchmarks.load`` only. Nothing of Plone is changed.
"""

#: The header of a request with the kind that its processor time is told as.
KIND = "X-Kind"
