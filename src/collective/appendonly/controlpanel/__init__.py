"""The settings of a site as people set them: a control panel, and its twin in the REST API."""
