"""Readers of other stacks' logs, one a file, asked in this order: the first that recognises a file reads it."""

from collections.abc import Mapping

from headway.audit.files import Found
from headway.audit.readers.art import Art
from headway.audit.readers.generic import Generic, mapped
from headway.audit.readers.inspect_logs import InspectLog
from headway.audit.readers.lm_eval import LmEval
from headway.audit.readers.nemo_rl import NemoRl
from headway.audit.readers.open_instruct import OpenInstruct
from headway.audit.readers.openrlhf import OpenRlhf
from headway.audit.readers.reader import Reader
from headway.audit.readers.recorded import Recorded
from headway.audit.readers.rllm import Rllm
from headway.audit.readers.run_folder import RunFolder
from headway.audit.readers.skyrl import SkyRl
from headway.audit.readers.tinker import Tinker
from headway.audit.readers.trl import Trl
from headway.audit.readers.verifiers import Episodes
from headway.audit.readers.verifiers_results import Results
from headway.audit.readers.verl import Verl

READERS: tuple[Reader, ...] = (
    Recorded(),
    RunFolder(),
    Trl(),
    Results(),
    Episodes(),
    SkyRl(),
    Verl(),
    OpenInstruct(),
    Tinker(),
    NemoRl(),
    LmEval(),
    Art(),
    Rllm(),
    OpenRlhf(),
    InspectLog(),
)
"""Where a folder has logs of several kinds, an earlier one is audited: the hooks' own rollouts before TRL's."""


def reader_of(found: Found, given: Mapping[str, str]) -> Reader | None:
    """Who reads this file; None where nobody knows it. A `--map` is an order: the generic reader takes the file."""
    if given:
        generic = Generic(given)
        return generic if generic.recognises(found) else None
    return next((one for one in (*READERS, Generic()) if one.recognises(found)), None)


__all__ = ["READERS", "Generic", "Reader", "mapped", "reader_of"]
