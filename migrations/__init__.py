"""Alembic's environment and the revisions, shipped with the program."""

HEAD = "0007"
"""The newest revision, so that a program at the right schema starts without Alembic."""
