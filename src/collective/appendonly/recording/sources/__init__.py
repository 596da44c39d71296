"""The event sources, one module each: subscribers that leave notes and write nothing."""
