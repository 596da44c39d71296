"""Labels with the numbers of changes and of objects, as pages, emails and services show them."""

from collective.appendonly.feed import News
from collective.appendonly.i18n import counted
from collective.appendonly.presentation.lines import Line
from zope.i18nmessageid import Message


def changes(number: int) -> Message:
    """Return the label of a *number* of changes: "4 changes"."""
    return counted("${count} change", "${count} changes", number)


def new_changes(news: News) -> Message:
    """Return the label of the number of new changes: "3 new changes"."""
    if news.is_more:
        return counted(
            "More than ${count} new change",
            "More than ${count} new changes",
            news.count,
        )
    return counted("${count} new change", "${count} new changes", news.count)


def folded(line: Line) -> Message:
    """Return the label of the objects of *line* that are not shown at first: "5 more"."""
    number = len(line.folded) + line.unnamed
    return counted("${count} more", "${count} more", number)


def not_listed(line: Line) -> Message:
    """Return a sentence with the number of objects of *line* that are not listed at all."""
    return counted(
        "${count} other is not listed.", "${count} others are not listed.", line.unnamed
    )
