"""What a page or a feed is about, in a sentence."""

from collective.appendonly.i18n import _
from Products.CMFCore.interfaces import IFolderish
from Products.CMFCore.interfaces import ISiteRoot
from zope.i18nmessageid import Message


def about(context, title: str) -> Message:
    """Return the sentence for the activity of *context*, which is called *title*."""
    if ISiteRoot.providedBy(context):
        return _("What happened on this site, newest first.")
    mapping = {"title": title}
    if IFolderish.providedBy(context):
        return _("What happened in “${title}”, newest first.", mapping=mapping)
    return _("What happened to “${title}”, newest first.", mapping=mapping)
