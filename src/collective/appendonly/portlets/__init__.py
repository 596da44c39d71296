"""The activity as a portlet, for those who place portlets."""
