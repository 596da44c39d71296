"""The words by which a leak is known, and those that let one in."""

#: In everything that is secret.
MARK = "xyzzyplover"
#: In the names of people, which visitors may not see.
NAME = "plughmiller"

#: The id of a member with no other role.
MEMBER = "mary"
PASSWORD = "correct horse battery"
#: Of the manager whom demo.instance.create creates.
ADMIN = "admin"
