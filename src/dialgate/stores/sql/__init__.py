"""The ledger and the decision log in SQL."""
