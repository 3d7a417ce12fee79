"""Where it was said: meetings, and documents that become draft statements."""
