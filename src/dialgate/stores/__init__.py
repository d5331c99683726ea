"""What keeps state: the guard store, SQL, the journal, bulk lists and the embedded server."""
