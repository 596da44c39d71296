"""The translation domain of the texts that people read."""

from zope.i18nmessageid import MessageFactory


_ = MessageFactory("collective.appendonly")
