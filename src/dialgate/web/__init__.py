"""The HTTP applications: authentication, errors, health and routing."""
