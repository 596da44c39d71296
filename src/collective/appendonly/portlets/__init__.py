"""The activity portlet."""
