"""From words and key presses to an intent, and from an intent to the wording of its confirmation."""
