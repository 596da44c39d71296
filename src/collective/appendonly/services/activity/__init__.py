"""``GET @activity``: what happened here, in JSON or as Activity Streams; and whether there is news."""
