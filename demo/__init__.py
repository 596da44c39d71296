"""The demo that ``make start`` serves: an instance, a site, and a few days of work in it."""
