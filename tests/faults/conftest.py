"""What the proofs of access set up serves here too."""

from tests.access.conftest import cast, stage

__all__ = ["cast", "stage"]
