"""The hook for verifiers: the library itself scores a trace, and the rollout is on disk."""

import asyncio

import polars as pl
import pytest

from headway.hooks.verifiers import watched

vf = pytest.importorskip("verifiers.v1")

graph, traces, types = (pytest.importorskip(f"verifiers.v1.{name}") for name in ("graph", "trace", "types"))


def trace_of(reply: str) -> "vf.Trace":
    """A finished trace of one turn."""
    data = vf.TaskData(idx=7, prompt="2+2=")
    made = vf.Trace(
        task=traces.TraceTask(type="Sums", data=data, key="sums-7"),
        agent=traces.AgentInfo(config=vf.AgentConfig()),
        info={"step": 3},
    )
    made.nodes.append(graph.MessageNode(message=types.UserMessage(content="2+2=")))
    made.nodes.append(
        graph.MessageNode(parent=0, message=types.AssistantMessage(content=reply), sampled=True, mask=[True] * 2)
    )
    return made


@pytest.mark.parametrize("asks_for_trace", [True, False])
def test_a_task_is_scored_as_before_and_recorded(tmp_path, asks_for_trace):
    watch = watched(tmp_path, gold=lambda trace: trace.last_reply == "4")

    class Sums(vf.Task[vf.TaskData]):
        if asks_for_trace:

            @vf.reward(weight=0.5)
            @watch
            async def length(self, trace) -> float:
                return float(len(trace.last_reply))
        else:

            @vf.reward(weight=0.5)
            @watch
            async def length(self, task) -> float:
                return float(task.idx)

    for reply in ("4", "five"):
        trace = trace_of(reply)
        asyncio.run(Sums(trace.task.data, vf.TaskConfig()).score(trace))
        expected = float(len(reply)) if asks_for_trace else 7.0
        assert trace.rewards["length"].score == expected and trace.reward == expected / 2
    Sums.length.flush()
    rows = (
        pl.read_parquet(tmp_path / "*.parquet").sort("text").select("step", "task", "prompt", "text", "gold", "tokens")
    )
    assert rows.rows() == [(3, "sums-7", "2+2=", "4", 1.0, 2), (3, "sums-7", "2+2=", "five", 0.0, 2)]
