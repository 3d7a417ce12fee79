"""Rankings that are kept: the same bytes again, and how two of them differ."""
