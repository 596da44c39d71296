"""The picture of the activity: how much happened on each day, and in each hour of the week."""
