"""The command line: a client of /v1, one file a command."""
