"""People with accounts."""

#: The password of everybody.
PASSWORD = "correct horse battery"
