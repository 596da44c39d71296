"""Users and groups: who may read of them."""

#: The permission (its title) of those who manage them. Nobody else is told of them.
MANAGE_PEOPLE = "Plone Site Setup: Users and Groups"
