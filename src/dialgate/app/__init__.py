"""Use cases: they know the domain and the ports, and nothing of what stands behind a port."""
