"""An add-on that posts each change of a site to another server: see docs/webhook.rst."""
