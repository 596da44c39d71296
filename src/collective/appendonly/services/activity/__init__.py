"""``@activity``, the feed as JSON or Activity Streams, and services with the same filters."""
