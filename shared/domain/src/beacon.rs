//! Projection of events to Beacon in-app purchase notifications.
//!
//! The format has six types and flat fields. It has no value for expiries, refunds, plan changes or
//! grace periods; `docs/broadcasters.md` describes what is sent for each.

use serde::{Deserialize, Serialize};

use crate::{
    BroadcasterSettings, CustomerId, DateUnit, Event, EventKind, GraceNotification, PurchaseKey,
    ReactivationNotification, Status, Subscription, Timestamp,
};

/// Type of a notification.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum NotificationType {
    /// Access from `start_date` to `end_date`.
    New,
    /// The next period.
    Renew,
    /// Access ends at `end_date`, which may be now.
    Cancel,
    /// Access is suspended by the customer's choice.
    Pause,
    /// Access is suspended because of a failed payment.
    Hold,
    /// A pause, hold or cancellation is over.
    Resume,
}

impl NotificationType {
    /// Every type.
    pub const ALL: [Self; 6] = [
        Self::New,
        Self::Renew,
        Self::Cancel,
        Self::Pause,
        Self::Hold,
        Self::Resume,
    ];

    /// Returns the spelling in the payload.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Renew => "renew",
            Self::Cancel => "cancel",
            Self::Pause => "pause",
            Self::Hold => "hold",
            Self::Resume => "resume",
        }
    }
}

/// Notification. All dates are integers in the broadcaster's [`DateUnit`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notification {
    /// Type.
    pub notification_type: NotificationType,
    /// The customer.
    pub external_user_id: CustomerId,
    /// The store's id of the purchase, the same for its whole life.
    pub transaction_id: PurchaseKey,
    /// Start of access or of the suspension. Absent on `cancel` only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start_date: Option<i64>,
    /// End of access. Absent on `pause` and `hold`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_date: Option<i64>,
    /// On `new`: end of the trial.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trial_end_date: Option<i64>,
    /// On `cancel`: time of the cancellation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cancellation_date: Option<i64>,
    /// The store, in the broadcaster's spelling.
    pub original_store: String,
    /// The store's product id.
    pub sku: String,
    /// Package of the offer.
    pub package_name: String,
    /// Time of the event, strictly increasing from one event of a purchase to the next.
    pub notification_date: i64,
}

/// Projects an event to its notifications, in order. Most events have one, some none, and a resend
/// of a cancelled subscription two.
#[must_use]
pub fn project(event: &Event, settings: &BroadcasterSettings) -> Vec<Notification> {
    let write = Writer { event, settings };
    let subscription = &event.subscription;
    let state = &subscription.state;
    let now = event.occurred_at;
    match event.kind {
        EventKind::Purchased | EventKind::TransferredIn | EventKind::Revived => {
            vec![write.beginning()]
        }
        // The format has no change of plan. If the store gives the new plan another id, receivers
        // see another transaction.
        EventKind::PlanChanged if write.was_named_otherwise() => write.switched(),
        EventKind::Renewed | EventKind::TrialConverted | EventKind::PlanChanged => {
            vec![write.period(NotificationType::Renew)]
        }
        // Receivers were sent `hold` and expect `resume`; a payment in grace was never announced as
        // a problem.
        EventKind::Recovered if write.was(Status::OnHold) => {
            vec![write.period(NotificationType::Resume)]
        }
        EventKind::Recovered => vec![write.period(NotificationType::Renew)],
        EventKind::Resumed => vec![write.period(NotificationType::Resume)],
        EventKind::Reactivated => vec![write.period(match settings.reactivation {
            ReactivationNotification::Resume => NotificationType::Resume,
            ReactivationNotification::Renew => NotificationType::Renew,
        })],
        EventKind::GraceEntered => match settings.grace {
            GraceNotification::None => Vec::new(),
            GraceNotification::Renew => vec![write.period(NotificationType::Renew)],
        },
        EventKind::OnHold => vec![write.suspension(NotificationType::Hold)],
        EventKind::Paused => vec![write.suspension(NotificationType::Pause)],
        EventKind::Cancelled => vec![write.cancelled()],
        // The `cancel` has named this end already, and a one-time purchase's end was named by its
        // `new`.
        EventKind::Expired if write.end_was_announced() || state.billing.is_one_time() => {
            Vec::new()
        }
        // A failed renewal ends without any `cancel` before.
        EventKind::Expired => vec![write.cancel(now, state.period_end.min(now))],
        EventKind::Refunded => {
            // Not in the future: access has ended already.
            let at = state.revoked_at.unwrap_or(now).min(now);
            vec![write.cancel(at, at)]
        }
        EventKind::TransferredOut => vec![write.cancel(now, now)],
        // Nothing changes for the customer until the new plan begins.
        EventKind::PlanChangeScheduled => Vec::new(),
        // A single `new` would say that it renews.
        EventKind::Resent if state.renewal_is_off() => vec![write.beginning(), write.cancelled()],
        EventKind::Resent => vec![write.beginning()],
    }
}

/// Builder of the notifications of one event.
struct Writer<'a> {
    event: &'a Event,
    settings: &'a BroadcasterSettings,
}

impl Writer<'_> {
    fn subscription(&self) -> &Subscription {
        &self.event.subscription
    }

    fn was(&self, status: Status) -> bool {
        self.event
            .previous
            .as_ref()
            .is_some_and(|previous| previous.status == status)
    }

    fn was_named_otherwise(&self) -> bool {
        let previous = self.event.previous.as_ref();
        previous.is_some_and(|previous| previous.transaction_id.is_some())
    }

    /// Builds the notifications of another product that took over at once under another id: the old
    /// one ends, the new one begins.
    fn switched(&self) -> Vec<Notification> {
        let mut old = self.cancel(self.event.occurred_at, self.event.occurred_at);
        if let Some(previous) = &self.event.previous {
            old.sku.clone_from(&previous.product_id);
            old.package_name = previous
                .package_name
                .clone()
                .unwrap_or_else(|| previous.product_id.clone());
            if let Some(name) = &previous.transaction_id {
                old.transaction_id.clone_from(name);
            }
        }
        vec![old, self.beginning()]
    }

    /// Whether an earlier `cancel` named this end, and the end has come.
    fn end_was_announced(&self) -> bool {
        self.event.previous.as_ref().is_some_and(|previous| {
            previous.status == Status::Cancelled
                && previous.period_end <= self.event.occurred_at
                && previous.period_end <= self.subscription().state.period_end
        })
    }

    fn date(&self, at: Timestamp) -> i64 {
        match self.settings.date_unit {
            DateUnit::Seconds => at.as_second(),
            DateUnit::Milliseconds => at.as_millisecond(),
        }
    }

    fn bare(&self, notification_type: NotificationType) -> Notification {
        let subscription = self.subscription();
        Notification {
            notification_type,
            external_user_id: self.event.customer_id.clone(),
            transaction_id: subscription.transaction_id().clone(),
            start_date: None,
            end_date: None,
            trial_end_date: None,
            cancellation_date: None,
            original_store: self.settings.store_name(subscription.store).to_owned(),
            sku: subscription.state.product_id.clone(),
            package_name: subscription.offer.as_ref().map_or_else(
                // The format requires a package name, and a product that no offer lists has none.
                || subscription.state.product_id.clone(),
                |offer| offer.package_name.clone(),
            ),
            notification_date: self.date(self.event.occurred_at),
        }
    }

    /// Returns the start of the running period. An event written by an earlier version lacks it if
    /// the store named none: then it is the end of the period before, or the start of a new
    /// purchase.
    fn period_start(&self) -> Timestamp {
        let subscription = self.subscription();
        // After a gap the end of the former period is not the start of this one.
        let bought_anew = |end: Timestamp| {
            self.was_named_otherwise()
                || subscription
                    .state
                    .started_at
                    .is_some_and(|start| end < start)
        };
        let previous_end = self
            .event
            .previous
            .as_ref()
            .map(|previous| previous.period_end)
            // A period that was extended did not begin where the one before ended.
            .filter(|end| *end < subscription.state.period_end && !bought_anew(*end));
        subscription
            .known_period_start()
            .or(previous_end)
            .unwrap_or_else(|| subscription.period_start())
    }

    fn period(&self, notification_type: NotificationType) -> Notification {
        Notification {
            start_date: Some(self.date(self.period_start())),
            end_date: Some(self.date(self.subscription().state.access_end())),
            ..self.bare(notification_type)
        }
    }

    fn beginning(&self) -> Notification {
        let trial_end = self.subscription().state.trial_end;
        Notification {
            trial_end_date: trial_end.map(|end| self.date(end)),
            ..self.period(NotificationType::New)
        }
    }

    fn suspension(&self, notification_type: NotificationType) -> Notification {
        Notification {
            start_date: Some(self.date(self.event.occurred_at)),
            ..self.bare(notification_type)
        }
    }

    fn cancelled(&self) -> Notification {
        let subscription = self.subscription();
        let at = subscription
            .cancelled_at()
            .unwrap_or(self.event.occurred_at);
        self.cancel(at, subscription.state.access_end())
    }

    fn cancel(&self, at: Timestamp, end: Timestamp) -> Notification {
        Notification {
            cancellation_date: Some(self.date(at)),
            end_date: Some(self.date(end)),
            ..self.bare(NotificationType::Cancel)
        }
    }
}
