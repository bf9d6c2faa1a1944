"""What goes wrong with a server."""


class EndpointError(RuntimeError):
    """The server refuses what is asked, or cannot be reached: a sentence that says what to do."""
