"""What a person may have broken by hand, found by reading everything once."""
