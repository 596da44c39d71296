"""The log for programs: services of the REST API. Reads through the feed only."""
