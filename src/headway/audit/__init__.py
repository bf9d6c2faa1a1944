"""Somebody else's rollouts: read, measured step by step, and judged."""
