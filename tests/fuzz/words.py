"""The words that must not leak, and the logins."""

#: In all secret content.
MARK = "xyzzyplover"
#: In the names of users, which anonymous users cannot see.
NAME = "plughmiller"

#: The id of a member with no other role.
MEMBER = "mary"
PASSWORD = "correct horse battery"
#: Of the manager whom demo.instance.create creates.
ADMIN = "admin"
