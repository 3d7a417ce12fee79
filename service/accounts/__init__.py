"""Who may sign in, with what, and as whom they then act."""
