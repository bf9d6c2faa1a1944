"""A number that was computed by chance, with how far off the computation may be."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Approximate:
    """A value and the standard error of its computation, 0 where it is exact.

    The error says nothing of other texts: what another sample of tasks would give is a wider question (`rarefied`).
    """

    value: float
    error: float = 0.0

    def __float__(self) -> float:
        return self.value

    def __str__(self) -> str:
        return f"{self.value:.3f}" if self.error == 0.0 else f"{self.value:.3f} (computed to {self.error:.3f})"
