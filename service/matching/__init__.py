"""Who should meet whom, and why: pure functions over arrays; data is passed in."""
