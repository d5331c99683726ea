"""The guard store on the Redis protocol; the only place that speaks it."""
