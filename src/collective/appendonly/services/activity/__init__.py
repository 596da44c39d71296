"""``@activity``, the feed as JSON or Activity Streams, and ``@activity-news``."""
