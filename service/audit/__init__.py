"""Who changed what, when, from where; and what it was before and after."""
