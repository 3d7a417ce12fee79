"""Mirrors ``models/``, ``migrations/`` and ``service/``."""
