"""An add-on that uses the activity log: see docs/integrate.rst."""
