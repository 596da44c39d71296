"""The differences between an object and its record from before the transaction."""
