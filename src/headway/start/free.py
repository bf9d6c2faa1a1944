"""A role that a start gives to somebody must be free."""

from headway.cast import Cast


def require_free(cast: Cast, stage: object, role: str) -> None:
    """ValueError where somebody plays `role` already; `stage` is who asks."""
    if role in cast:
        raise ValueError(
            f"{type(stage).__name__}.role is {role!r}, which {sorted(cast)} play already; give it another name"
        )
