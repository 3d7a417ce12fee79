"""The blend of a score: which is in force, and what decisions say it should be."""
