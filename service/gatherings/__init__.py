"""An event, or the whole association, seen as a whole: exposure, round tables, gaps."""
