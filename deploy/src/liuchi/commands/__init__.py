"""The command groups of `liuchi`, one noun each."""
