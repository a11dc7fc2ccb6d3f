"""The ledger as a worker writes and reads it."""
