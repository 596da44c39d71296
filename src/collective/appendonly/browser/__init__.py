"""The activity in Classic UI: viewlet, pages, downloads and digest forms."""
