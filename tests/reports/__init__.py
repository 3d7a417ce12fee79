"""Reports: due times, digests, rendering, the ledger, delivery."""
