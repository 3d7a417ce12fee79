"""The pure cosine part beside peer libraries: top-20 of 100,000 unit vectors of 128 numbers.

    python -m benchmarks cosine

Ours is a product by tiles of which only what reaches a rising threshold is looked at, as the
ranking does with its bounds. A peer that is not installed is named as absent; they
come with the extra ``bench``.
"""

import warnings
from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from benchmarks.registry import Result, seconds

N, WIDTH, QUERIES, K = 100_000, 128, 128, 20
TILE = 4096

Singles = NDArray[np.float32]
Rows = NDArray[np.intp]
Search = Callable[[], Rows]


def nearest(queries: Singles, items: Singles, k: int) -> Rows:
    """The k items of the largest products per query, best first, ties to the lower item.

    The threshold rises whenever twice as many items were seen.
    """
    found = Found(np.zeros(0, np.intp), np.zeros(0, np.intp), np.zeros(0, np.float32))
    across = np.ascontiguousarray(queries.T)
    least = None
    for start in range(0, len(items), TILE):
        product = items[start : start + TILE] @ across
        if least is None:
            best = product[: len(product) // 8 * 8].reshape(8, -1, len(queries)).max(axis=0)
            least = np.partition(best, len(best) - k, axis=0)[len(best) - k]
        cells = np.flatnonzero(product >= least)
        item, query = np.divmod(cells, len(queries))
        found = found.and_(Found(query, item + start, product.ravel()[cells]))
        seen = start // TILE + 1
        if seen & (seen - 1) == 0:
            found = found.best(len(queries), k)
            least = found.value.reshape(len(queries), k)[:, -1]
    return found.best(len(queries), k).item.reshape(len(queries), k)


class Found(NamedTuple):
    """Products that reached the threshold of their query."""

    query: Rows
    item: Rows
    value: Singles

    def and_(self, more: "Found") -> "Found":
        return Found(
            np.concatenate([self.query, more.query]),
            np.concatenate([self.item, more.item]),
            np.concatenate([self.value, more.value]),
        )

    def best(self, n_queries: int, k: int) -> "Found":
        """The k best of each query, best first, in the order of the queries."""
        order = np.lexsort((self.item, -self.value, self.query))
        query = self.query[order]
        first = np.searchsorted(query, np.arange(n_queries))
        kept = order[np.arange(len(query)) - first[query] < k]
        return Found(self.query[kept], self.item[kept], self.value[kept])


def naive(queries: Singles, items: Singles) -> Search:
    def search() -> Rows:
        return np.stack([np.argsort(-(items @ query), kind="stable")[:K] for query in queries])

    return search


def scikit_learn(queries: Singles, items: Singles) -> Search:
    from sklearn.neighbors import NearestNeighbors  # noqa: PLC0415 - a peer

    found = NearestNeighbors(n_neighbors=K, metric="cosine", algorithm="brute").fit(items)
    return lambda: found.kneighbors(queries, return_distance=False)


def faiss_as_it_comes(queries: Singles, items: Singles) -> Search:
    return _faiss(queries, items, None)


def faiss_tuned(queries: Singles, items: Singles) -> Search:
    return _faiss(queries, items, 20)


def _faiss(queries: Singles, items: Singles, threshold: int | None) -> Search:
    import faiss  # noqa: PLC0415 - a peer

    faiss.omp_set_num_threads(1)
    usual = faiss.cvar.distance_compute_blas_threshold
    index = faiss.IndexFlatIP(WIDTH)
    index.add(items)

    def search() -> Rows:
        faiss.cvar.distance_compute_blas_threshold = usual if threshold is None else threshold
        found: Rows = index.search(queries, K)[1]
        return found

    return search


def implicit(queries: Singles, items: Singles) -> Search:
    from implicit.cpu.topk import topk  # noqa: PLC0415 - a peer

    return lambda: topk(items, queries, K, num_threads=1)[0]


PEERS = (naive, scikit_learn, faiss_as_it_comes, faiss_tuned, implicit)


def cosine() -> Iterator[Result]:
    draw = np.random.default_rng(5)
    vectors = draw.standard_normal((N + QUERIES, WIDTH), dtype=np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    items, queries = vectors[:N], vectors[N:]
    mine = nearest(queries, items, K)
    for peer in PEERS:
        name = peer.__name__.replace("_", " ")
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                search = peer(queries, items)
        except ImportError:
            (ours,) = seconds(lambda: nearest(queries, items, K))
            yield Result(f"{name} is not installed; ours", QUERIES / ours, "queries/CPU s")
            continue
        same = np.mean(np.sort(search(), axis=1) == np.sort(mine, axis=1))
        ours, theirs = seconds(lambda: nearest(queries, items, K), search)
        title = f"ours beside {name} ({same:.1%} the same)"
        unit = "queries/CPU s"
        yield Result.more_is_better(title, QUERIES / ours, unit, QUERIES / theirs)
