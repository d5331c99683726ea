"""Twilio as the carrier."""
