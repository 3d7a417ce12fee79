"""Docking events: themes, participants, and suggestions among them."""
