"""The demo of ``make start``: an instance with a site and a few days of activity."""
