"""Clients and front doors of the carriers, one package each."""
