"""What is answered while the database fails, and how the server ends."""
