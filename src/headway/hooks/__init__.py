"""Other people's trainers: two lines that record every rollout and judge checkpoints by more than the reward.

Each module speaks to one trainer and imports nothing of the others: `trl`, `verl`, `verifiers`, and `http` for
everything else.
"""
