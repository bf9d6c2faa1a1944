"""A policy that an earlier run saved."""

from dataclasses import dataclass
from pathlib import Path

from headway.cast import Cast
from headway.policy import load


@dataclass(frozen=True)
class Checkpoint:
    """A policy that an earlier run saved, such as `runs/x/best/solver`; it plays `solver` and `base`."""

    folder: str

    def __call__(self, seed: int) -> Cast:
        """The same cast whatever the seed; ValueError where no policy is saved there."""
        folder = Path(self.folder)
        if not (folder / "config.json").is_file():
            raise ValueError(f"{folder} holds no saved policy; give a folder with config.json and model.safetensors")
        policy = load(folder)
        return Cast({"solver": policy, "base": policy})
