"""The gate between outbound dialers and the carrier: refuses, honours opt-outs, and proves both."""
