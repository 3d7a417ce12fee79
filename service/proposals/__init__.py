"""Places that documents speak of and the register lacks: accepted, merged or dismissed."""
