"""Where a loop may be cut: sampling, judging, verifying and training as functions of what is stored by its hash.

`Carrier` puts a loop's stages on an engine. The loop stays what it is, and so do the bits of its run.
"""

from headway.seams.carrier import Carrier
from headway.seams.carrying import carry_out
from headway.seams.engines import engine_named

__all__ = ["Carrier", "carry_out", "engine_named"]
