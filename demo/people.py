"""The users of the demo site.

A module without Plone imports, so that ``demo.start`` can print them at once.
"""

from typing import NamedTuple


PASSWORD = "millbrook"


class Person(NamedTuple):
    login: str
    name: str
    roles: tuple[str, ...]
    task: str


MARIA = Person(
    "maria",
    "Maria Lindqvist",
    ("Member", "Contributor", "Editor", "Reviewer"),
    "editor: keeps the whole site, publishes what she writes",
)
# Tom is a contributor in two folders only. He cannot view the folder of the committee.
TOM = Person(
    "tom",
    "Tom Okafor",
    ("Member",),
    "contributor: writes news and the diary, does not see the committee's folder",
)
RUTH = Person(
    "ruth",
    "Ruth Bergmann",
    ("Member", "Reviewer"),
    "reviewer: publishes or sends back",
)
#: Has an account in the root of Zope, not in the site.
ADMIN = Person("admin", "admin", ("Manager",), "manager: sees what is done to the site")
PEOPLE = (MARIA, TOM, RUTH)
