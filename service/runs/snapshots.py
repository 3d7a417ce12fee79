"""All that a ranking was computed from and is shown with, as bytes and back, bit for bit."""

import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import date, datetime
from typing import Any

import numpy as np
from scipy import sparse

from models.enums import Visibility
from service.matching.encoders import CHARACTERS, comparer
from service.matching.index import MatchIndex, build_index
from service.matching.kept_phrases import KeptPhrases
from service.matching.taxonomy import Taxonomy
from service.matching.types import ClusterFact, ScoreParams, StatementFact, TopicFact, Weights
from service.suggestions.facts import Facts, Pair
from service.suggestions.ground import Members, Names, members_of
from service.suggestions.views import Cited

FORMAT = 1
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class KeptKey:
    revision: int
    as_of: date
    audience: Visibility
    drafts: bool


@dataclass(frozen=True, slots=True, eq=False)
class KeptFacts:
    """``Facts`` that were kept."""

    key: KeptKey
    index: MatchIndex
    names: Names
    labels: Names
    provinces: Mapping[str, str | None]
    cited: Mapping[str, Cited]
    changed: Mapping[str, datetime]
    vetoes: Mapping[Pair, str]
    met: Mapping[Pair, Sequence[str | None]]

    @property
    def members(self) -> Members:
        return members_of(self.index.clusters)


def packed(data: Facts) -> bytes:
    """Canonical JSON: equal facts give equal bytes.

    Of the phrases the rows are kept, not the encoder that made them, so that neither its version
    nor what it was fitted on matters later. Of statements that the index leaves out (composite
    topics, goals that ask for nothing) only those stay that something is inferred from. Why a pair
    is forbidden is not kept: no answer tells it.
    """
    index = data.index
    used = used_statements(data)
    phrases = KeptPhrases.of(index)
    return canonical(
        {
            "format": FORMAT,
            "key": [
                data.key.revision,
                index.as_of.isoformat(),
                data.key.audience.value,
                data.key.drafts,
            ],
            "params": asdict(index.params),
            "clusters": [
                [*_values(c), *data.names[c.slug], data.provinces[c.slug]] for c in index.clusters
            ],
            "topics": [[*_values(t), *data.labels[t.notation]] for t in index.taxonomy.topics],
            "statements": [_statement(s) for s in index.statements.values()],
            "cited": {id_: _cited(data.cited[id_]) for id_ in used},
            "changed": {id_: data.changed[id_].isoformat() for id_ in used if id_ in data.changed},
            "vetoes": sorted(sorted(pair) for pair in data.vetoes),
            "met": sorted([sorted(pair), list(days)] for pair, days in data.met.items()),
            "phrases": list(phrases.place),
            "rows": _rows(phrases.rows),
            "encoder": phrases.version,
        }
    )


def used_statements(data: Facts) -> list[str]:
    """Ids of the index's statements and of those that something follows from."""
    known = set(data.index.statements)
    known |= {s.follows_from for s in data.index.statements.values() if s.follows_from}
    return sorted(known)


def canonical(value: object) -> bytes:
    text = json.dumps(
        value, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")
    )
    return text.encode()


def compressed(raw: bytes) -> bytes:
    return zlib.compress(raw, 9)


def decompressed(payload: bytes) -> bytes:
    return zlib.decompress(payload)


def _values(fact: ClusterFact | TopicFact) -> list[Any]:
    return [getattr(fact, field.name) for field in fields(fact)]


def _statement(s: StatementFact) -> list[Any]:
    kept: Json = {field.name: getattr(s, field.name) for field in fields(s)}
    kept["facets"] = {name: sorted(s.facets[name]) for name in s.facets}
    kept["stated_on"] = s.stated_on and s.stated_on.isoformat()
    return list(kept.values())


def _cited(cited: Cited) -> Json:
    kept = {
        field.name: getattr(cited, field.name)
        for field in fields(cited)
        if getattr(cited, field.name) is not None
    }
    if cited.follows_from is not None:
        kept["follows_from"] = str(cited.follows_from.statement)
    return kept


def _rows(phrases: Any) -> Json:
    rows = sparse.csr_array(phrases)
    return {
        "features": rows.shape[1],
        "starts": rows.indptr.tolist(),
        "columns": rows.indices.tolist(),
        "values": rows.data.tolist(),
    }


def unpacked(raw: bytes) -> KeptFacts:
    """The facts again: their ranking has the same bits.

    Raises
    ------
    ValueError
        The bytes are of a format that this program does not read.
    """
    kept = json.loads(raw)
    if kept.get("format") != FORMAT:
        raise ValueError(f"format {kept.get('format')!r}, expected {FORMAT}")
    revision, as_of, audience, drafts = kept["key"]
    places = [ClusterFact(*place[:-3]) for place in kept["clusters"]]
    rows = _rows_of(kept["rows"], dense=kept["encoder"] != CHARACTERS)
    index = build_index(
        places,
        [_statement_of(values) for values in kept["statements"]],
        Taxonomy.from_topics(TopicFact(*topic[:-2]) for topic in kept["topics"]),
        KeptPhrases(kept["phrases"], rows, comparer(kept["encoder"]), asks=False),
        _params_of(kept["params"]),
        date.fromisoformat(as_of),
    )
    return KeptFacts(
        key=KeptKey(revision, index.as_of, Visibility(audience), drafts),
        index=index,
        names={place[0]: (place[-3], place[-2]) for place in kept["clusters"]},
        labels={topic[0]: (topic[-2], topic[-1]) for topic in kept["topics"]},
        provinces={place[0]: place[-1] for place in kept["clusters"]},
        cited=_cited_of(kept["cited"]),
        changed={id_: datetime.fromisoformat(at) for id_, at in kept["changed"].items()},
        vetoes={frozenset(pair): "" for pair in kept["vetoes"]},
        met={frozenset(pair): days for pair, days in kept["met"]},
    )


def _params_of(kept: Json) -> ScoreParams:
    return ScoreParams(
        **{**kept, "weights": Weights(**kept["weights"]), "profile": tuple(kept["profile"])}
    )


def _statement_of(values: Iterable[Any]) -> StatementFact:
    kept = dict(zip((field.name for field in fields(StatementFact)), values, strict=True))
    kept["facets"] = {name: frozenset(chosen) for name, chosen in kept["facets"].items()}
    kept["stated_on"] = kept["stated_on"] and date.fromisoformat(kept["stated_on"])
    return StatementFact(**kept)


def _cited_of(kept: Mapping[str, Json]) -> dict[str, Cited]:
    """Those that say themselves what they say come first, as inferred ones refer to them."""
    found = {id_: Cited(**said) for id_, said in kept.items() if "follows_from" not in said}
    for id_, said in kept.items():
        if "follows_from" in said:
            rest = {name: value for name, value in said.items() if name != "follows_from"}
            found[id_] = replace(Cited(**rest), follows_from=found[said["follows_from"]])
    return found


def _rows_of(kept: Json, *, dense: bool) -> Any:
    shape = (len(kept["starts"]) - 1, kept["features"])
    parts = (np.array(kept["values"], dtype=np.float64), kept["columns"], kept["starts"])
    rows = sparse.csr_array(parts, shape=shape)
    return rows.toarray().astype(np.float32) if dense else rows
