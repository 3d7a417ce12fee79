"""What people change in the lexicon, measured before it is taken over."""
