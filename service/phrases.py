"""Which encoder compares capability phrases, and the memory for what it has computed."""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from threading import Lock
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import delete, select
from sqlalchemy.exc import SQLAlchemyError

from models import PhraseVector
from service import phrase_vectors
from service.db import Sessions
from service.errors import DomainError, NotInstalled
from service.matching import meaning
from service.matching.encoders import CHARACTERS, Encoder
from service.matching.text import PhraseEncoder
from service.patience import patient

if TYPE_CHECKING:
    from service.seeding.load import Progress

Embedder = Callable[[Sequence[str]], NDArray[np.int16]]

KEPT = 1 << 16
"""Vectors in memory, of a kilobyte each; when there are more the oldest go."""
BYTES = 2 * meaning.DIMENSIONS
"""Of a vector; a damaged one is computed again."""
STORE_SECONDS = 0.2
"""A reader waits no longer to store what it computed: the next one may do it."""
PREPARED = 1000
"""Phrases whose vectors are computed and stored in one step at the start."""


class Phrases(Protocol):
    @property
    def version(self) -> str: ...

    def encoder(self, labels: Iterable[str]) -> Encoder:
        """The encoder, fitted on the labels of the taxonomy if it learns from any."""
        ...

    def prepare(self, progress: "Progress") -> None:
        """Do ahead what the first ranking would wait for, telling of each step."""
        ...

    def forget(self) -> None:
        """Words were erased whose vectors may be kept in memory."""
        ...


class CharacterPhrases:
    """By likeness of characters: nothing to install, nothing to keep."""

    version = CHARACTERS

    def encoder(self, labels: Iterable[str]) -> Encoder:
        return PhraseEncoder().fit(labels)

    def prepare(self, progress: "Progress") -> None:
        pass

    def forget(self) -> None:
        pass


class MeaningPhrases:
    """By meaning. Vectors come from memory, else from the database, else from the embedder.

    What was computed is stored in a transaction of its own, as whoever asks may only read. Where
    that fails (somebody else writes for long, the disk is full) the ranking is none the worse, and
    it is tried again when the phrase is next met by a process that lacks it.
    """

    def __init__(self, sessions: Sessions, embed: Embedder, version: str) -> None:
        self.version = version
        self._sessions = sessions
        self._embed = embed
        self._known: dict[str, bytes] = {}
        self._lock = Lock()

    def encoder(self, labels: Iterable[str]) -> Encoder:
        del labels  # trained elsewhere
        return meaning.SentenceEncoder(self.vectors, self.version)

    def vectors(self, phrases: Sequence[str]) -> NDArray[np.int16]:
        """The vectors of the phrases, (n, DIMENSIONS)."""
        digests = [phrase_vectors.digest_of(phrase) for phrase in phrases]
        with self._lock:
            found = {digest: self._known[digest] for digest in digests if digest in self._known}
            missing = {d: p for d, p in zip(digests, phrases, strict=True) if d not in found}
            if missing:
                found |= self._remember(self._found(missing))
        raw = b"".join(found[digest] for digest in digests)
        return np.frombuffer(raw, "<i2").reshape(len(phrases), meaning.DIMENSIONS)

    def _remember(self, found: Mapping[str, bytes]) -> Mapping[str, bytes]:
        self._known |= found
        for digest in list(self._known)[: max(0, len(self._known) - KEPT)]:
            del self._known[digest]
        return found

    def _found(self, phrases: Mapping[str, str]) -> dict[str, bytes]:
        """Vectors by digest: as stored, else computed and, if possible, stored."""
        with self._sessions.read() as session:
            stored = phrase_vectors.stored(session, self.version, phrases)
        found = {digest: vector for digest, vector in stored.items() if len(vector) == BYTES}
        new = [phrase for digest, phrase in phrases.items() if digest not in found]
        if new:
            computed = self._embed(new).astype("<i2")
            vectors = {p: v.tobytes() for p, v in zip(new, computed, strict=True)}
            self._store(vectors)
            found |= {phrase_vectors.digest_of(p): vector for p, vector in vectors.items()}
        return found

    def _store(self, vectors: Mapping[str, bytes]) -> None:
        try:
            with patient(STORE_SECONDS), self._sessions.write() as session:
                phrase_vectors.store(session, self.version, vectors)
        except (SQLAlchemyError, DomainError):
            logging.getLogger(__name__).warning("vectors of phrases were not stored")

    def prepare(self, progress: "Progress") -> None:
        with self._sessions.write() as session:
            phrase_vectors.drop_unheld(session)
            session.execute(delete(PhraseVector).where(PhraseVector.encoder != self.version))
            done = set(session.scalars(select(PhraseVector.digest)))
            phrases = sorted(phrase_vectors.held(session))
        due = [phrase for phrase in phrases if phrase_vectors.digest_of(phrase) not in done]
        for start in range(0, len(due), PREPARED):
            progress("phrases", len(due[start : start + PREPARED]))
            self.vectors(due[start : start + PREPARED])

    def forget(self) -> None:
        with self._lock:
            self._known.clear()


def phrases_by(choice: str, sessions: Sessions) -> Phrases:
    """By ``tfidf``, by ``meaning``, or, with ``auto``, by meaning where the extra is installed.

    Raises
    ------
    NotInstalled
        ``meaning`` is asked for without the extra.
    """
    if choice == "tfidf" or (choice == "auto" and not meaning.installed()):
        return CharacterPhrases()
    if not meaning.installed():
        raise NotInstalled("extra-missing", setting="DUIJIE_PHRASES", extra="meaning")
    embedder = meaning.PhraseEmbedder()
    return MeaningPhrases(sessions, embedder, embedder.version)
