//! Events as Beacon in-app purchase notifications.
//!
//! The format has six types and flat fields. It has no value for expiries, refunds, plan changes or
//! grace periods: `docs/broadcasters.md` says how each is folded in.

use serde::{Deserialize, Serialize};

use crate::{
    BroadcasterSettings, CustomerId, DateUnit, Event, EventKind, GraceNotification, PurchaseKey,
    ReactivationNotification, Status, Subscription, Timestamp,
};

/// The six types.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum NotificationType {
    /// Access from `start_date` to `end_date`.
    New,
    /// The next period.
    Renew,
    /// Access ends at `end_date`, which may be now.
    Cancel,
    /// Suspended by choice.
    Pause,
    /// Suspended for a failed payment.
    Hold,
    /// Pause, hold or cancellation is over.
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

    /// The spelling in the payload.
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

/// One notification. All dates are integers in the broadcaster's [`DateUnit`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notification {
    /// What happened.
    pub notification_type: NotificationType,
    /// The customer.
    pub external_user_id: CustomerId,
    /// The store's name for the purchase: the same through its whole life.
    pub transaction_id: PurchaseKey,
    /// When access (or the suspension) starts. Absent on `cancel` only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start_date: Option<i64>,
    /// When access ends. Absent on `pause` and `hold`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_date: Option<i64>,
    /// On `new`: when the trial ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trial_end_date: Option<i64>,
    /// On `cancel`: when it was cancelled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cancellation_date: Option<i64>,
    /// The store, in the broadcaster's spelling.
    pub original_store: String,
    /// The store's product id.
    pub sku: String,
    /// The package that the purchase opens.
    pub package_name: String,
    /// When this was announced: strictly increasing from one event of a purchase to the next.
    pub notification_date: i64,
}

/// The notifications that announce an event, in order. Most events have one, some none, a resend of
/// a cancelled subscription two.
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
        EventKind::PlanChanged if write.was_named_otherwise() => write.switched(),
        EventKind::Renewed | EventKind::TrialConverted | EventKind::PlanChanged => {
            vec![write.period(NotificationType::Renew)]
        }
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
        EventKind::Expired if write.end_was_announced() || state.one_time => Vec::new(),
        EventKind::Expired => vec![write.cancel(now, state.period_end.min(now))],
        EventKind::Refunded => {
            let at = state.revoked_at.unwrap_or(now).min(now);
            vec![write.cancel(at, at)]
        }
        EventKind::TransferredOut => vec![write.cancel(now, now)],
        EventKind::PlanChangeScheduled => Vec::new(),
        EventKind::Resent if state.renewal_is_off() => vec![write.beginning(), write.cancelled()],
        EventKind::Resent => vec![write.beginning()],
    }
}

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

    /// Another product took over at once, under another name: the old one ends, the new one begins.
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

    /// Whether a `cancel` that was sent before already names this end, and the end has come.
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
        let customer = subscription.customer_id.clone();
        Notification {
            notification_type,
            // An event always has an owner: the reducer tells none of unbound purchases.
            external_user_id: customer.unwrap_or_else(CustomerId::nobody),
            transaction_id: subscription.transaction_id().clone(),
            start_date: None,
            end_date: None,
            trial_end_date: None,
            cancellation_date: None,
            original_store: self.settings.store_name(subscription.store).to_owned(),
            sku: subscription.state.product_id.clone(),
            package_name: subscription.offer.as_ref().map_or_else(
                || subscription.state.product_id.clone(),
                |offer| offer.package_name.clone(),
            ),
            notification_date: self.date(self.event.occurred_at),
        }
    }

    /// Start of the running period. An event of an earlier version doesn't know it where the store named
    /// none: then it is where the previous one ended, or the purchase of what was bought anew.
    fn period_start(&self) -> Timestamp {
        let subscription = self.subscription();
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
