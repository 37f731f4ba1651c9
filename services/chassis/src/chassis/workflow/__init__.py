"""Workflows as data: kinds, steps, deadlines on the Chinese calendar."""
