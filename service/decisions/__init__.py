"""What is put before people at an event, what they decide, and what comes of it."""
