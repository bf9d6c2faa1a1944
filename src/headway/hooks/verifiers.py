"""verifiers (and prime-rl): a task's reward that scores as yours does and records the rollout that it scored.

    class Sums(vf.Task):
        @vf.reward
        @watched(folder="rollouts", gold=is_right)
        async def likes_it(self, trace): ...

The interface is that of verifiers 0.4: rewards ask by name for `task`, `trace` or `runtime`.
"""

import inspect
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

from headway.hooks.recording import Buffer, Recorder, plain, written

Reward = Callable[..., Any]


def watched(
    folder: str | Path, *, gold: Callable[[Any], float | bool | None] | None = None, batch: int = 512
) -> Callable[[Reward], Reward]:
    """A decorator for a reward, a plain or a coroutine function, that records `batch` rollouts at a time in `folder`.

    `gold` reads a trace and says what is right, None where it cannot tell; nothing is trained on it. The group is the
    task's own key. A reward that returns several scores is recorded as their sum. verifiers does not tell a reward
    the step: it is `trace.info["step"]` where you put one, else the number of the batch in this process. `flush` on the
    decorated function writes what is not a whole batch yet; the end of the process does too.
    """
    buffer = Buffer(Recorder(Path(folder)), batch)

    def decorated(reward: Reward) -> Reward:
        parameters = inspect.signature(reward).parameters
        extra = "trace" not in parameters

        def split(given: tuple[Any, ...], named: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
            """The trace, and the arguments that the reward itself asked for."""
            trace = named["trace"] if "trace" in named else given[list(parameters).index("trace")]
            return trace, {name: value for name, value in named.items() if not (extra and name == "trace")}

        @wraps(reward)
        def scored(*given: Any, **named: Any) -> Any:
            trace, wanted = split(given, named)
            score = reward(*given, **wanted)
            buffer.add(row(trace, score, gold))
            return score

        @wraps(reward)
        async def scored_later(*given: Any, **named: Any) -> Any:
            trace, wanted = split(given, named)
            score = await reward(*given, **wanted)
            buffer.add(row(trace, score, gold))
            return score

        made = scored_later if inspect.iscoroutinefunction(reward) else scored
        if extra:  # the trace is asked for although the reward does not
            asked = inspect.Parameter("trace", inspect.Parameter.KEYWORD_ONLY)
            made.__signature__ = inspect.Signature([*parameters.values(), asked])  # type: ignore[attr-defined]
        made.flush = buffer.flush  # type: ignore[attr-defined]
        return made

    return decorated


def row(trace: Any, score: Any, gold: Callable[[Any], float | bool | None] | None) -> dict[str, Any]:
    """What is recorded of a trace: what the model itself wrote on its last path, and how it was scored."""
    path = trace.branches[-1].nodes if trace.branches else []
    sampled = [node for node in path if node.sampled]
    said = None if gold is None else gold(trace)
    total = sum(score.values()) if isinstance(score, dict) else score
    tokens = sum(sum(node.mask) for node in sampled)
    prompt = trace.task.data.prompt
    return {
        "step": int(trace.info["step"]) if "step" in trace.info else None,
        "task": trace.task.key or trace.task.hash,
        "prompt": None if prompt is None else plain(prompt if isinstance(prompt, str) else _as_mappings(prompt)),
        "text": written(_as_mappings(node.message for node in sampled)),
        "reward": None if total is None else float(total),
        "gold": None if said is None else float(said),
        "tokens": tokens or None,
        "finish": "length" if trace.is_truncated else "stop",
    }


def _as_mappings(messages: Any) -> list[dict[str, Any]]:
    return [message if isinstance(message, dict) else message.model_dump() for message in messages]
