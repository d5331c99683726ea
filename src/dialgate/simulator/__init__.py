"""A stateful stand-in for the carrier; it shares no code with the carriers."""
