"""``@activity-digests``: the email digests of the current user."""
