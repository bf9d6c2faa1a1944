"""Run by accelerate: TRL's DPO trainer on a table of token ids. `python -m headway.train.trl_worker FOLDER`."""

import json
import shutil
import sys
from pathlib import Path


def train(folder: Path) -> None:
    """Train `FOLDER/model` on `FOLDER/pairs.parquet` against `FOLDER/reference`, and save it as `FOLDER/trained`."""
    from datasets import Dataset  # pyright: ignore[reportMissingImports] - an extra
    from transformers import AutoModelForCausalLM, AutoTokenizer
    from trl.trainer.dpo_config import DPOConfig  # pyright: ignore[reportMissingImports] - an extra
    from trl.trainer.dpo_trainer import DPOTrainer  # pyright: ignore[reportMissingImports] - an extra

    class Given(DPOTrainer):
        """A trainer whose rows are token ids already."""

        def _prepare_dataset(self, dataset: Dataset, *_: object, **__: object) -> Dataset:
            return dataset

    settings = DPOConfig(
        output_dir=str(folder / "working"),
        report_to="none",
        save_strategy="no",
        bf16=False,
        gradient_checkpointing=False,
        logging_steps=1,
        remove_unused_columns=False,
        max_length=None,
        **json.loads((folder / "settings.json").read_text()),
    )
    trainer = Given(
        model=AutoModelForCausalLM.from_pretrained(folder / "model"),
        ref_model=AutoModelForCausalLM.from_pretrained(folder / "reference"),
        args=settings,
        train_dataset=Dataset.from_parquet(str(folder / "pairs.parquet"), cache_dir=str(folder / "cache")),
        processing_class=AutoTokenizer.from_pretrained(folder / "model"),
    )
    trainer.train()
    trained = folder / "trained"
    trainer.save_model(str(trained))
    if trainer.accelerator.is_main_process:
        for file in (folder / "model").iterdir():
            if not (trained / file.name).exists():  # the tokenizer, as headway wrote it
                shutil.copy(file, trained / file.name)
        (trained / "log.json").write_text(json.dumps(trainer.state.log_history))


if __name__ == "__main__":
    train(Path(sys.argv[1]))
