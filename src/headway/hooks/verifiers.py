"""verifiers: a rubric's reward function that scores as yours does and records what it scored.

    from headway.hooks.verifiers import watched
    rubric = vf.Rubric(funcs=[watched(my_reward, folder="rollouts")], weights=[1.0])

A rubric hands a function those of `prompt`, `completion`, `answer`, `state`, `info`, `task` that its signature names, one
rollout at a time. The wrapper asks for what your function asks for, and for `prompt`, `completion` and `state` besides.
"""

import inspect
from collections.abc import Callable, Mapping
from functools import wraps
from pathlib import Path
from typing import Any

from headway.hooks.recording import Recorder, plain, written

ALSO = ("prompt", "completion", "state")


def watched(
    reward: Callable[..., Any], folder: str | Path, *, gold: Callable[..., Any] | None = None
) -> Callable[..., Any]:
    """`reward`, a function or a coroutine function, with every rollout recorded in `folder`.

    `gold` says what is right, by any of the same arguments (not a coroutine function). The step is `state["step"]` or
    `state["training_step"]` where the trainer gives one, else 0; the group is `state["example_id"]`, else the prompt.
    """
    recorder = Recorder(Path(folder))
    asked = inspect.signature(reward).parameters
    golden = inspect.signature(gold).parameters if gold else {}

    def record(arguments: Mapping[str, Any], score: float | None) -> None:
        state = arguments.get("state") or {}
        said = gold(**_wanted(golden, arguments)) if gold else None
        example = state.get("example_id")
        columns = {
            "task": [None if example is None else str(example)],
            "prompt": [plain(arguments.get("prompt") or "")],
            "text": [written(arguments.get("completion") or "")],
            "reward": [None if score is None else float(score)],
            "gold": [None if said is None else float(said)],
        }
        recorder.write(int(state.get("step", state.get("training_step", 0))), columns)

    if inspect.iscoroutinefunction(reward):

        @wraps(reward)
        async def recorded(**arguments: Any) -> Any:
            score = await reward(**_wanted(asked, arguments))
            record(arguments, score)
            return score
    else:

        @wraps(reward)
        def recorded(**arguments: Any) -> Any:
            score = reward(**_wanted(asked, arguments))
            record(arguments, score)
            return score

    names = [*(name for name in asked if asked[name].kind is not inspect.Parameter.VAR_KEYWORD)]
    names += [name for name in (*ALSO, *golden) if name not in names and name != "kwargs"]
    parameters = [inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY) for name in dict.fromkeys(names)]
    if any(one.kind is inspect.Parameter.VAR_KEYWORD for one in asked.values()):
        parameters.append(inspect.Parameter("kwargs", inspect.Parameter.VAR_KEYWORD))
    recorded.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    return recorded


def _wanted(parameters: Mapping[str, inspect.Parameter], arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Those arguments that a function names, all of them where it takes any."""
    if any(one.kind is inspect.Parameter.VAR_KEYWORD for one in parameters.values()):
        return dict(arguments)
    return {name: arguments[name] for name in parameters if name in arguments}
