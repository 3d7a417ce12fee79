"""The facts that a new database starts from."""
