"""The closed words of the seed files, and their dates."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from service import dates


class SourceKind(StrEnum):
    """From what a register statement follows."""

    TITLE = "title"
    PRODUCT = "product"
    OFFER = "offer"


class DateBasis(StrEnum):
    """Whether a date is the day of the meeting or of the report that tells of it."""

    EVENT = "event"
    REPORT = "report"


class DockingKind(StrEnum):
    FABRIC_DOCKING = "fabric_docking"
    CHAIN_COBUILDING_SIGNING = "chain_cobuilding_signing"
    REGIONAL_DOCKING = "regional_docking"
    CAPACITY_RELOCATION = "capacity_relocation"
    INVESTMENT_PROMOTION = "investment_promotion"
    TRADE_ROADSHOW = "trade_roadshow"
    PROCUREMENT_MEET = "procurement_meet"
    CLUSTER_EXCHANGE = "cluster_exchange"
    SERVICE_SUPPLY = "service_supply"
    AID_PAIRING_PARK = "aid_pairing_park"


class Grade(StrEnum):
    """How well a docking names both sides: A best, C one side is buyers at large."""

    A = "A"
    B = "B"
    C = "C"


@dataclass(frozen=True, slots=True)
class PartialDate:
    """``2017``, ``2017-11`` or ``2017-11-18``.

    Raises
    ------
    ValueError
        If ``text`` is none of the three forms, or no real day.
    """

    text: str

    def __post_init__(self) -> None:
        dates.last_day(self.text)

    @property
    def first_day(self) -> date:
        return dates.first_day(self.text)

    @property
    def last_day(self) -> date:
        return dates.last_day(self.text)
