"""Self-improvement loops on language models that compound instead of collapsing."""

__version__ = "0.1.0"
