"""Parcels on their way: claimed under a lease, sent outside any transaction, then settled."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session, joinedload, undefer

from models import Delivery, ReportRun
from models.enums import Channel, DeliveryState
from service.reports import queries
from service.reports.ledger import Lease, pause
from service.reports.mail import Undelivered
from service.reports.queries import MAX_ATTEMPTS


@dataclass(frozen=True, slots=True)
class Parcel:
    """One delivery with all that sending it takes."""

    id: int
    attempt: int
    channel: Channel
    target: str
    message_id: str
    schedule_id: int
    due_at: datetime
    rendered_at: datetime
    language: str
    subject: str
    text: str
    html: bytes
    xlsx: bytes


def recover(session: Session, now: datetime) -> bool:
    """Take one delivery back from a sender that did not return.

    A folder is simply written again. The mail server may have had the mail: that stays visible.
    """
    delivery = queries.first(session, queries.broken_deliveries(now), Delivery)
    if delivery is None:
        return False
    doubtful = delivery.channel == Channel.EMAIL
    _not_sent(delivery, Undelivered("the sender stopped in the middle", doubtful=doubtful), now)
    return True


def claim_delivery(session: Session, now: datetime, lease: Lease) -> Parcel | None:
    delivery: Delivery | None = queries.first(session, queries.due_deliveries(now), Delivery)
    if delivery is None:
        return None
    delivery.state = DeliveryState.SENDING
    delivery.attempts += 1
    delivery.lease_owner = lease.owner
    delivery.lease_until = now + timedelta(seconds=lease.seconds)
    parts = [undefer(part) for part in (ReportRun.text, ReportRun.html, ReportRun.xlsx)]
    key = (delivery.schedule_id, delivery.due_at)
    options = [joinedload(ReportRun.schedule), *parts]
    run = session.get_one(ReportRun, key, options=options)
    return Parcel(
        id=delivery.id,
        attempt=delivery.attempts,
        channel=Channel(delivery.channel),
        target=delivery.target,
        message_id=delivery.message_id or "",
        schedule_id=run.schedule_id,
        due_at=run.due_at,
        rendered_at=run.rendered_at or now,
        language=run.schedule.language,
        subject=run.subject or "",
        text=run.text or "",
        html=run.html or b"",
        xlsx=run.xlsx or b"",
    )


def settle(session: Session, parcel: Parcel, failure: Undelivered | None, now: datetime) -> bool:
    """Record how the attempt ended; False if another attempt has begun since."""
    delivery = session.get(Delivery, parcel.id, with_for_update=True)
    open_ = (DeliveryState.SENDING, DeliveryState.HANDED_OVER)
    if delivery is None or delivery.attempts != parcel.attempt or delivery.state not in open_:
        return False
    if failure is not None:
        if delivery.state == DeliveryState.SENDING:
            _not_sent(delivery, failure, now)
        return True
    delivery.state = DeliveryState.SENT
    delivery.sent_at = now
    delivery.error = delivery.lease_owner = delivery.lease_until = None
    return True


def _not_sent(delivery: Delivery, failure: Undelivered, now: datetime) -> None:
    delivery.error = str(failure)
    delivery.lease_owner = delivery.lease_until = None
    delivery.next_attempt_at = now + pause(delivery.attempts)
    if failure.doubtful:
        delivery.doubtful += 1
        delivery.state = DeliveryState.HANDED_OVER
    elif failure.final or delivery.attempts >= MAX_ATTEMPTS:
        delivery.state = DeliveryState.FAILED
    else:
        delivery.state = DeliveryState.PENDING
