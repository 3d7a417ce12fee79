"""Who can meet: the register of clusters, institutions, markets and parks."""
