"""What a back-up says of itself."""

from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from service.errors import BackupRefused

FORMAT: Final = 1
MEMBER = "manifest.json"
FOLDER = "tables/"

Count = Annotated[int, Field(ge=0, le=2**63 - 1)]


class Part(BaseModel):
    """One table: ``sha256`` is that of its lines, ``size`` their bytes."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    rows: Count
    size: Count
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Manifest(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal[1] = FORMAT
    program: Annotated[str, Field(max_length=100)]
    """Version of the program that made it."""
    revision: Annotated[str, Field(pattern=r"^[0-9A-Za-z_]{1,32}$")]
    """Of the schema."""
    made_at: AwareDatetime
    engine: Annotated[str, Field(max_length=20)]
    """``sqlite`` or ``postgresql``."""
    tables: Mapping[Annotated[str, Field(pattern=r"^[0-9A-Za-z_]{1,63}$")], Part]

    @property
    def rows(self) -> int:
        return sum(part.rows for part in self.tables.values())


def member_of(table: str) -> str:
    return f"{FOLDER}{table}.jsonl"


def read_manifest(raw: bytes) -> Manifest:
    """Raises BackupRefused when it is broken or of a newer format."""
    try:
        return Manifest.model_validate_json(raw)
    except ValidationError as error:
        first: Any = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or MEMBER
        if place == "format" and isinstance(first["input"], int):
            raise BackupRefused("backup-format", found=first["input"], known=FORMAT) from None
        raise BackupRefused("backup-manifest", place=place, cause=first["msg"]) from None
