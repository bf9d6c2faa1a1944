"""What people call the same thing: names of fields, the first that a log has counts."""

NAMES = {
    "step": ("step", "global_step", "training_step", "train_step", "iteration", "round", "checkpoint", "epoch"),
    "task": ("task", "task_id", "group", "group_id", "prompt_id", "example_id", "problem_id", "question_id", "doc_id"),
    "prompt": ("prompt", "input", "question", "instruction", "query", "problem", "input_prompt"),
    "text": ("text", "completion", "response", "output", "generation", "output_response", "model_response", "predict"),
    "answer": ("answer", "extracted", "pred", "prediction", "parsed_answer", "extracted_answer"),
    "reward": ("reward", "score", "reward_total", "total_reward", "rewards"),
    "gold": ("gold", "correct", "is_correct", "acc", "accuracy", "exact_match", "passed", "solved", "success"),
    "confidence": ("confidence", "stated_confidence", "p_true"),
    "logprob": ("logprob", "sum_logprob", "cumulative_logprob"),
    "entropy": ("entropy", "mean_entropy"),
    "tokens": ("tokens", "n_tokens", "num_tokens", "completion_tokens", "response_length", "length"),
    "finish": ("finish", "finish_reason", "stop_reason", "stop_condition"),
    "domain": ("domain", "data_source", "dataset", "source", "env", "benchmark"),
    "level": ("level", "difficulty"),
    "author": ("author", "agent", "role", "model"),
    "conversation": ("conversation", "conversation_id", "episode_id", "dialogue_id", "trajectory_id"),
    "turn": ("turn", "turn_id", "turn_index", "turn_number"),
    "context": ("turns_in_context",),
    "errors": ("errors_in_context",),
    "split": ("split",),
}

FINISHES = {
    "stop": "stop",
    "eos": "stop",
    "end_turn": "stop",
    "stop_sequence": "stop",
    "length": "length",
    "max_tokens": "length",
    "max_length": "length",
    "model_length": "length",
    "truncated": "length",
    "max_tokens_reached": "length",
    "context_length": "length",
}
"""Words for why a text ended, as ours."""


def finish_of(word: object) -> str | None:
    """Why a text ended in our words, or in the log's own where we have none."""
    if not isinstance(word, str) or not word:
        return None
    return FINISHES.get(word.lower(), word)
