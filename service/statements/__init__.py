"""What was said: drafts, the decisions on them, and their history."""
