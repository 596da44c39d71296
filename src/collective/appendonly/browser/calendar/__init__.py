"""The activity calendar: heat maps of the changes by day and by hour of the week."""
