"""The whole database in one file, and back from it into an empty place of either engine."""
