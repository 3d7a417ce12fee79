"""Bytes of any kind that organisers hold, to the text that quotes point into. Pure of all else."""
