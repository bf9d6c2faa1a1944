"""What one candidate may use."""

from dataclasses import dataclass

from headway.stages import require

MEBI = 1 << 20


@dataclass(frozen=True)
class Limits:
    """What one candidate may use before it is stopped; reaching `wall` gives no verdict, reaching another an error.

    `cpu` [s of processor time] is the limit that decides, because it does not depend on what else the machine does.
    `asleep` [s] is time spent neither running nor waiting for a processor: a candidate that sleeps is stopped by it.
    `wall` [s] is the backstop for whatever these two do not see. `memory` [MiB] is address space, `output` [KiB] all
    that is answered, `code` [KiB] the program itself.
    """

    cpu: float = 2.0
    asleep: float = 3.0
    wall: float = 60.0
    memory: int = 512
    output: int = 1024
    code: int = 256

    def __post_init__(self) -> None:
        require(self.cpu > 0.0, self, "cpu", "more than 0 seconds")
        require(self.asleep > 0.0, self, "asleep", "more than 0 seconds")
        require(self.wall >= self.cpu, self, "wall", "at least as long as cpu")
        require(self.memory >= 64, self, "memory", "64 MiB or more; the interpreter alone needs that")
        require(self.output >= 1, self, "output", "1 KiB or more")
        require(self.code >= 1, self, "code", "1 KiB or more")


LIMITS = Limits()
"""What a candidate may use unless somebody says otherwise."""
