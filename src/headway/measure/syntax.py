"""Texts as their structure: subtrees of Python code, and the function words that sentences hang on.

Both make `Tokens`, so that every n-gram measure and the Vendi score read them.
"""

import ast
import warnings
from collections.abc import Iterator, Sequence

import polars as pl

from headway.measure.ngrams import Tokens, numbered, tokenised

WORDS = """
a about above after again against all almost also although always am among an and another any anyone anything are
around as at away be because been before behind being below between both but by can cannot could did do does doing
down during each either else enough even ever every everyone everything few first for from further had has have
having he hence her here hers herself him himself his how however i if in indeed instead into is it its itself just
last least less like many may maybe me might mine more most much must my myself neither never next no nobody none
nor not nothing now of off often on once one only or other others otherwise our ours ourselves out over own per
perhaps quite rather same second several shall she should since so some someone something sometimes soon still such
than that the their theirs them themselves then there therefore these they this those though three through thus to
together too toward towards two under unless until up upon us very was we well were what whatever when whenever
where whereas wherever whether which while who whoever whom whose why will with within without would yet you your
yours yourself yourselves n't 's 're 've 'll 'd 'm
"""
FUNCTION_WORDS = frozenset(WORDS.split())
CONTENT = "_"
PIECE = r"\p{L}[\p{L}\p{M}]*(?:['’]\p{L}+)?|[0-9]+(?:[.,][0-9]+)*|[^\s\p{L}\p{N}]"


def skeletons(texts: Sequence[str] | pl.Series) -> Tokens:
    """English texts with every content word and number replaced by `_`: what is left is how sentences are built.

    Function words are kept in lower case, punctuation as it is. For other languages nearly everything is `_`, and the
    measures of it say little.
    """
    series = (texts if isinstance(texts, pl.Series) else pl.Series(list(texts), dtype=pl.String)).fill_null("")
    words = series.str.extract_all(PIECE).explode(empty_as_null=False, keep_nulls=False).str.to_lowercase()
    plain = words.str.replace_all("’", "'", literal=True)
    bare = plain.str.replace(r"(?:n)?'[a-z]+$", "")
    function = plain.is_in(FUNCTION_WORDS) | (plain.str.contains("'", literal=True) & bare.is_in(FUNCTION_WORDS))
    written = words.str.contains(r"^[\p{L}\p{N}]")
    kept = pl.select(pl.when(written & ~function).then(pl.lit(CONTENT)).otherwise(plain)).to_series()
    lengths = series.str.count_matches(PIECE)
    rows = kept.to_frame("word").with_columns(text=pl.int_range(len(series), eager=True).repeat_by(lengths).explode())
    return tokenised(_joined(rows, len(series)))


def _joined(rows: pl.DataFrame, texts: int) -> pl.Series:
    held = rows.group_by("text", maintain_order=True).agg(pl.col("word").str.join(" "))
    every = pl.DataFrame({"text": pl.int_range(texts, eager=True)})
    return every.join(held, on="text", how="left", maintain_order="left")["word"]


def code_trees(texts: Sequence[str], height: int = 3) -> tuple[Tokens, list[bool]]:
    """Python programs as their syntax subtrees, cut at `height` levels, with names and constants made alike.

    One token a node, so single tokens (n-gram size 1) are what to count: distinct subtrees are `distinct_n(trees, 1)`.
    Also says which texts are Python; those that are not have no tokens.
    """
    trees = [_parsed(text) for text in texts]
    rows = [list(_subtrees(tree, height)) if tree is not None else [] for tree in trees]
    return numbered(rows), [tree is not None for tree in trees]


def _parsed(text: str) -> ast.AST | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a program that warns is a program
            return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _subtrees(tree: ast.AST, height: int) -> Iterator[str]:
    for node in ast.walk(tree):
        if not isinstance(node, (ast.Module, ast.expr_context)):
            yield _shape(node, height)


def _shape(node: ast.AST, height: int) -> str:
    """A node and what is below it, `height` levels deep, without the names."""
    kind = f"Constant:{type(node.value).__name__}" if isinstance(node, ast.Constant) else type(node).__name__
    if height <= 1:
        return kind
    below = [
        _shape(child, height - 1) for child in ast.iter_child_nodes(node) if not isinstance(child, ast.expr_context)
    ]
    return f"{kind}({','.join(below)})" if below else kind
