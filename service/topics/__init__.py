"""What clusters speak of: the taxonomy and its facets."""
