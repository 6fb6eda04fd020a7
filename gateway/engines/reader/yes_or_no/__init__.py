"""Yes, no, or only on a condition: what leave a text gives, forbids or ties to something."""
