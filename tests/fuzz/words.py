"""The words that must not leak, the logins, and the header with the processor time."""

#: In all secret content.
MARK = "xyzzyplover"
#: In the names of users, which anonymous users cannot see.
NAME = "plughmiller"

#: The id of a member with no other role.
MEMBER = "mary"
PASSWORD = "correct horse battery"
#: Of the manager whom demo.instance.create creates.
ADMIN = "admin"

#: The header of each answer with the processor time that its thread took, in seconds.
PROCESSOR_TIME = "X-Processor-Time"
