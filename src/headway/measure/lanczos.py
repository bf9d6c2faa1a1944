"""Traces of functions of a large symmetric matrix that is only known by what it does to vectors."""

from collections.abc import Callable, Sequence

import numpy as np

from headway.measure.approximate import Approximate

Matrix = Callable[[np.ndarray], np.ndarray]
"""Multiplies columns, (n, b) to (n, b)."""
Function = Callable[[np.ndarray], np.ndarray]

TOP = 24
STEPS = 16
PROBES = 8
MOST_PROBES = 64


def spectral_sums(
    matrix: Matrix, n: int, trace: float, functions: Sequence[Function], *, close_to: float, seed: int = 0
) -> list[Approximate]:
    """The sum of each function over the eigenvalues of a positive semi-definite matrix of size n and known trace.

    Stochastic Lanczos quadrature (Ubaru, Chen and Saad 2017), deflated: the `TOP` largest eigenvalues are computed, and
    random probes estimate the rest. The straight line that fits each function best over the nodes is summed exactly,
    because n and the trace are known, so that only the residual is estimated; without both parts the error is ten times
    as large. Probes are added until the first function's standard error is below `close_to`.
    """
    from scipy.sparse.linalg import LinearOperator, eigsh

    random = np.random.default_rng(seed)
    operator = LinearOperator((n, n), matvec=lambda x: matrix(x.reshape(n, 1)).ravel(), dtype=np.float64)  # type: ignore[call-arg]
    top, vectors = eigsh(operator, k=TOP, v0=random.standard_normal(n), tol=1e-6, rng=random)  # type: ignore[arg-type]
    top = np.clip(top, 0.0, None)
    nodes, weights = np.empty((0, STEPS)), np.empty((0, STEPS))
    while True:
        more = quadrature(matrix, vectors, random.choice((-1.0, 1.0), size=(n, PROBES)))
        nodes, weights = np.concatenate([nodes, more[0]]), np.concatenate([weights, more[1]])
        sums = [_sum(function, top, nodes, weights, n - TOP, trace - top.sum()) for function in functions]
        if sums[0].error <= close_to or len(nodes) >= MOST_PROBES:
            return sums


def quadrature(matrix: Matrix, deflated: np.ndarray, probes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Nodes and weights, (probes, STEPS), such that sum(w f(node)) is about z'f(A)z on the complement of `deflated`."""
    probes = probes - deflated @ (deflated.T @ probes)
    length = np.linalg.norm(probes, axis=0)
    current, before = probes / length, np.zeros_like(probes)
    alpha, beta = np.zeros((STEPS, probes.shape[1])), np.zeros((STEPS, probes.shape[1]))
    for step in range(STEPS):
        made = matrix(current)
        made -= deflated @ (deflated.T @ made)
        alpha[step] = np.einsum("nb,nb->b", current, made)
        made -= alpha[step] * current + (beta[step - 1] * before if step else 0.0)
        beta[step] = np.linalg.norm(made, axis=0)
        before, current = current, made / np.maximum(beta[step], 1e-300)
    tridiagonal = np.zeros((probes.shape[1], STEPS, STEPS))
    diagonal, below = np.arange(STEPS), np.arange(STEPS - 1)
    tridiagonal[:, diagonal, diagonal] = alpha.T
    tridiagonal[:, below, below + 1] = tridiagonal[:, below + 1, below] = beta[:-1].T
    values, vectors = np.linalg.eigh(tridiagonal)
    return np.clip(values, 0.0, None), vectors[:, 0, :] ** 2 * (length**2)[:, None]


def _sum(
    function: Function, top: np.ndarray, nodes: np.ndarray, weights: np.ndarray, rest: int, trace: float
) -> Approximate:
    """The function's sum over `top`, plus its sum over the `rest` that the probes saw and whose trace is known."""
    values = function(nodes)
    root = np.sqrt(weights).ravel()
    line = np.stack([np.ones(nodes.size), nodes.ravel()], axis=1)
    (offset, slope), *_ = np.linalg.lstsq(line * root[:, None], values.ravel() * root, rcond=None)
    residual = (weights * (values - offset - slope * nodes)).sum(axis=1)
    value = function(top).sum() + offset * rest + slope * trace + residual.mean()
    return Approximate(float(value), float(residual.std(ddof=1) / np.sqrt(len(residual))))
