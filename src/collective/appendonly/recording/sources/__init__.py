"""The event sources, one module each: handlers that add notes and write nothing."""
