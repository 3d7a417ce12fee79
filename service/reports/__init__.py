"""What is sent, when it is due, and that it went out: scheduled digests of the pairings."""
