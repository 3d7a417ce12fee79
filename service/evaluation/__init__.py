"""How well the rankings foretell dockings that were really held."""
