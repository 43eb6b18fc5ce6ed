"""Notifications as they were received, and the view that is rebuilt from them."""

import json
import sqlite3
import threading
from dataclasses import dataclass
from itertools import groupby

HOUR_MS = 3_600_000
# Smallest date that is in milliseconds: in seconds it would be the year 5138.
FIRST_MILLISECONDS = 100_000_000_000
# Required dates of each type. On the same date, types apply in this order.
DATES = {
    "new": ("start_date", "end_date"),
    "renew": ("start_date", "end_date"),
    "resume": ("start_date", "end_date"),
    "pause": ("start_date",),
    "hold": ("start_date",),
    "cancel": ("end_date", "cancellation_date"),
}
TYPES = list(DATES)
ALL_DATES = {"notification_date", "trial_end_date"}.union(*DATES.values())
KEY = ("original_store", "transaction_id", "external_user_id")
TEXTS = (*KEY, "sku", "package_name")

Entitlement = dict[str, str | int | bool]


@dataclass(frozen=True)
class Notification:
    """Notification with all dates in milliseconds."""

    type: str
    key: str
    text: dict[str, str]
    dates: dict[str, int]

    def order(self) -> tuple[str, int, int]:
        return self.key, self.dates["notification_date"], TYPES.index(self.type)


class View:
    def __init__(self, path: str) -> None:
        # The server has several threads; the lock gives the connection to one at a time.
        self._database = sqlite3.connect(path, check_same_thread=False)
        self._lock = threading.Lock()
        with self._lock, self._database:
            self._database.execute(
                "CREATE TABLE IF NOT EXISTS received"
                " (identity TEXT PRIMARY KEY, feed TEXT NOT NULL, message TEXT NOT NULL)"
            )

    def add_beacon(self, message: str) -> None:
        """Stores a notification of the Beacon feed, unless it is stored already."""
        notification = _read(message)
        self._add("beacon", json.dumps(notification.order()) if notification else message, message)

    def add_webhook(self, message: str) -> None:
        """Stores a message of the webhooks feed, unless it is stored already."""
        self._add("webhooks", _webhook(message).get("id", message), message)

    def _add(self, feed: str, identity: str, message: str) -> None:
        with self._lock, self._database:
            row = (f"{feed} {identity}", feed, message)
            self._database.execute("INSERT OR IGNORE INTO received VALUES (?, ?, ?)", row)

    def _messages(self, feed: str) -> list[str]:
        with self._lock:
            select = "SELECT message FROM received WHERE feed = ? ORDER BY rowid"
            return [message for (message,) in self._database.execute(select, (feed,))]

    def as_of(self, now: int) -> dict[str, object]:
        """Rebuilds the view. The order in which the messages were received does not matter."""
        read = [(message, _read(message)) for message in self._messages("beacon")]
        readable = sorted((found for _, found in read if found), key=Notification.order)
        entitlements, parked = [], []
        for key, notifications in groupby(readable, key=lambda found: found.key):
            entitlement: Entitlement | None = None
            for notification in notifications:
                entitlement = _apply(entitlement, notification)
            if entitlement is None:
                parked.append(key)
            else:
                entitlements.append({**entitlement, "has_access": _has_access(entitlement, now)})
        return {
            "entitlements": entitlements,
            "parked": parked,
            "unreadable": [message for message, found in read if found is None],
            "webhooks": [_webhook(message) for message in self._messages("webhooks")],
        }


def _read(message: str) -> Notification | None:
    fields = _parse(message)
    kind = str(fields.get("notification_type"))
    text = {name: value for name in TEXTS if isinstance(value := fields.get(name), str)}
    dates = {}
    for name in ALL_DATES:
        value = fields.get(name)
        if type(value) is int and 0 < value < 2**53:
            dates[name] = value * 1000 if value < FIRST_MILLISECONDS else value
    required = {"notification_date", *DATES.get(kind, ())}
    if kind not in DATES or len(text) < len(TEXTS) or not required <= dates.keys():
        return None
    key = json.dumps([text[name] for name in KEY], ensure_ascii=False, separators=(",", ":"))
    return Notification(kind, key, text, dates)


def _apply(known: Entitlement | None, notification: Notification) -> Entitlement | None:
    """Applies a notification. `new`, `renew` and `resume` carry the whole period; the others need a
    known purchase."""
    kind, text, dates = notification.type, notification.text, notification.dates
    if kind in ("new", "renew", "resume"):
        trial = {name: end for name, end in (known or {}).items() if name == "trial_end_date"}
        return {**trial, **text, **dates, "status": "active"}
    if known is None:
        return None
    if kind == "cancel":
        return {**known, **text, **dates, "status": "cancelled"}
    # The `start_date` of a suspension is not that of the period.
    return {**known, **text, "notification_date": dates["notification_date"], "status": kind}


def _has_access(entitlement: Entitlement, now: int) -> bool:
    """A renewal may be seen late, so an end that nobody announced has a margin."""
    if entitlement["status"] in ("pause", "hold"):
        return False
    margin = HOUR_MS if entitlement["status"] == "active" else 0
    return now < int(entitlement["end_date"]) + margin


def _webhook(message: str) -> dict[str, str]:
    fields = _parse(message)
    return {name: value for name in ("id", "topic") if isinstance(value := fields.get(name), str)}


def _parse(message: str) -> dict[str, object]:
    try:
        fields = json.loads(message)
    except (ValueError, RecursionError):
        return {}
    return fields if isinstance(fields, dict) else {}
