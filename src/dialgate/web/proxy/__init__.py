"""The carrier surface that dialers talk to."""
