"""Where settings, stores, carriers, use cases and the web are put together, and the processes they run in."""
