"""The log as people see it in Classic UI: a viewlet and a page. Reads through the feed only."""
