"""What a dialer or the carrier says on the wire, read and answered purely."""
