"""The control panel, in Classic UI and in the REST API."""
