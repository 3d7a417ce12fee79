"""Clusters and statements as spreadsheets: out, and in again."""
