"""Where the classes of the ``appendonly`` package are now, for ``zodbupdate``.

Names that records in databases refer to. They may be added to, never changed.
"""

RENAMES = {
    "appendonly Accumulator": (
        "collective.appendonly.structures.accumulator Accumulator"
    ),
    "appendonly AppendStack": (
        "collective.appendonly.structures.append_stack AppendStack"
    ),
    "appendonly Archive": "collective.appendonly.structures.archive Archive",
    "appendonly _ArchiveLayer": "collective.appendonly.structures.layer ArchiveLayer",
    # A component registry that knew a stack by its interface refers to that.
    "appendonly.interfaces IAppendStack": (
        "collective.appendonly.structures.interfaces IAppendStack"
    ),
}
