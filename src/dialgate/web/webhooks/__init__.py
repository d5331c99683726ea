"""What the carrier calls."""
