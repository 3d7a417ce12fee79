"""The audit as the API gives it."""

from enum import StrEnum
from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field


class ExportForm(StrEnum):
    CSV = "csv"
    XLSX = "xlsx"
    JSON = "json"


class AuditOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: int
    at: AwareDatetime
    actor: str
    account: int | None
    key: int | None
    origin: str | None = Field(description="Network address; null on the machine itself.")
    request_id: str | None
    action: str
    entity: str
    entity_id: str
    version: int | None = Field(description="Of the entry after the change, where it has one.")
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    erased: bool = Field(description="Whether what stood there before and after was erased.")
