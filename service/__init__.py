"""The service: pure cores, slices, and the faces that people and programs use."""
