"""Services of the REST API. They read the log through the feed only."""
