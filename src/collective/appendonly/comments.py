"""Comments: who may read of them."""

#: The permission (its title) of those to whom Plone shows comments at all.
VIEW_COMMENTS = "View comments"

#: The states of a comment that a reviewer refused. plone.app.discussion's workflow leaves such
#: comments as visible as the page is; only its pages hide them, and so does the log.
REFUSED = frozenset(["rejected", "spam"])

#: The permission of those who see refused comments all the same.
REVIEW_COMMENTS = "Review comments"
