"""The border of the journal: whatever goes wrong inside leaves as a JournalError."""

import shlex
from collections.abc import Iterator
from contextlib import contextmanager

from headway.journal.damage import damaged_error
from headway.journal.errors import Damaged, refused_by_system
from headway.journal.layout import Layout


@contextmanager
def in_sentences(layout: Layout, again: str | None = None) -> Iterator[None]:
    """Turn OSError and Damaged into JournalError; `again` is what to do afterwards, `headway resume` by default."""
    try:
        yield
    except Damaged as damaged:
        raise damaged_error(damaged, layout) from damaged
    except OSError as error:
        resume = f"`headway resume {shlex.quote(str(layout.folder))}`"
        raise refused_by_system(error, layout.folder, again or resume) from error
