//! VIZIO's messages. All spellings are assumptions and can be overridden by JSON pointers.

use std::collections::BTreeMap;

use domain::Timestamp;
use serde_json::Value;

use crate::lenient::{self, Unreadable};

/// Object that may be wrapped around a subscription.
const ENVELOPE: &str = "/data";

/// Prefix of a field's name that limits an override to answers of look-ups.
const LOOK_UP_ONLY: &str = "lookUp.";

/// Fields that are read: the name of the override and the default pointer.
const FIELDS: &[(&str, &str)] = &[
    ("id", "/notificationId"),
    ("type", "/eventType"),
    ("time", "/eventTime"),
    ("partner", "/partnerId"),
    ("subscription", "/data/subscriptionId"),
    ("invoice", "/data/invoiceNumber"),
    ("plan", "/data/planCode"),
    ("pendingPlan", "/data/pendingPlanCode"),
    ("account", "/data/partnerAccountId"),
    ("status", "/data/status"),
    ("active", "/data/active"),
    ("autoRenew", "/data/autoRenew"),
    ("inTrial", "/data/inTrial"),
    ("startDate", "/data/startDate"),
    ("periodStart", "/data/currentPeriodStart"),
    ("periodEnd", "/data/currentPeriodEnd"),
    ("nextBilling", "/data/nextBillingDate"),
    ("graceEnd", "/data/gracePeriodEnd"),
    ("canceledAt", "/data/canceledAt"),
    ("refundedAt", "/data/payment/refundedAt"),
];

/// Overrides of the fields' positions.
#[derive(Debug, Clone, Default)]
pub(crate) struct Pointers(BTreeMap<String, String>);

impl Pointers {
    /// Overrides the position of a field: `plan` in every message, `lookUp.plan` in answers of
    /// look-ups only. An empty pointer means that the field does not exist.
    pub(crate) fn set(&mut self, name: &str, pointer: &str) -> Result<(), &'static str> {
        let field = name.strip_prefix(LOOK_UP_ONLY).unwrap_or(name);
        if !FIELDS.iter().any(|(known, _)| *known == field) {
            return Err("is not a known field");
        }
        if !pointer.is_empty() && !pointer.starts_with('/') {
            return Err("must be a JSON pointer, such as /data/planCode, or empty");
        }
        self.0.insert(name.to_owned(), pointer.to_owned());
        Ok(())
    }

    fn of(&self, field: &str, source: Source) -> &str {
        let narrow = match source {
            Source::LookUp => self.0.get(&format!("{LOOK_UP_ONLY}{field}")),
            Source::Notification => None,
        };
        let default = FIELDS.iter().find(|(known, _)| *known == field);
        narrow
            .or_else(|| self.0.get(field))
            .map(String::as_str)
            .or(default.map(|(_, pointer)| *pointer))
            .unwrap_or_default()
    }
}

/// Kind of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    LookUp,
    Notification,
}

/// Error: a field is present in an unknown format.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the field {0} has an unknown form")]
pub(super) struct UnknownForm(&'static str);

/// Message with the positions of its fields.
#[derive(Clone, Copy)]
pub(super) struct Message<'a> {
    pub(super) json: &'a Value,
    pub(super) pointers: &'a Pointers,
    pub(super) source: Source,
}

impl<'a> Message<'a> {
    pub(super) fn text(&self, field: &'static str) -> Result<Option<String>, UnknownForm> {
        self.read(field, lenient::text)
    }

    /// Whether the field exists at all, according to the configuration.
    pub(super) fn can_have(&self, field: &str) -> bool {
        !self.pointers.of(field, self.source).is_empty()
    }

    pub(super) fn instant(&self, field: &'static str) -> Result<Option<Timestamp>, UnknownForm> {
        self.read(field, lenient::instant)
    }

    fn flag(&self, field: &'static str) -> Result<Option<bool>, UnknownForm> {
        self.read(field, lenient::flag)
    }

    fn read<T>(
        &self,
        field: &'static str,
        form: fn(&Value) -> Result<Option<T>, Unreadable>,
    ) -> Result<Option<T>, UnknownForm> {
        let value = self.value(self.pointers.of(field, self.source));
        value.map_or(Ok(None), |value| {
            form(value).map_err(|Unreadable| UnknownForm(field))
        })
    }

    /// Resolves a pointer. One into the envelope also finds its field in a message without an
    /// envelope.
    fn value(&self, pointer: &str) -> Option<&'a Value> {
        // A public client of VIZIO's transactions has seen answers with and without `data`.
        let bare = pointer
            .strip_prefix(ENVELOPE)
            .filter(|rest| rest.starts_with('/'))
            .filter(|_| !self.json.pointer(ENVELOPE).is_some_and(Value::is_object));
        let pointer = bare.unwrap_or(pointer);
        if pointer.is_empty() {
            return None;
        }
        self.json.pointer(pointer)
    }

    /// Parses everything that the message says about the subscription.
    pub(super) fn subscription(&self) -> Result<Subscription, UnknownForm> {
        Ok(Subscription {
            id: self.text("subscription")?,
            invoice: self.text("invoice")?,
            plan: self.text("plan")?,
            pending_plan: self.text("pendingPlan")?,
            account: self.text("account")?,
            status: self.text("status")?,
            active: self.flag("active")?,
            auto_renew: self.flag("autoRenew")?,
            in_trial: self.flag("inTrial")?,
            started_at: self.instant("startDate")?,
            period_start: self.instant("periodStart")?,
            period_end: self.instant("periodEnd")?,
            next_billing: self.instant("nextBilling")?,
            grace_end: self.instant("graceEnd")?,
            cancelled_at: self.instant("canceledAt")?,
            refunded_at: self.instant("refundedAt")?,
        })
    }
}

/// Subscription as a message describes it; every field is optional.
#[derive(Clone, Default, PartialEq, Eq)]
pub(super) struct Subscription {
    pub(super) id: Option<String>,
    pub(super) invoice: Option<String>,
    pub(super) plan: Option<String>,
    pub(super) pending_plan: Option<String>,
    pub(super) account: Option<String>,
    pub(super) status: Option<String>,
    pub(super) active: Option<bool>,
    pub(super) auto_renew: Option<bool>,
    pub(super) in_trial: Option<bool>,
    pub(super) started_at: Option<Timestamp>,
    pub(super) period_start: Option<Timestamp>,
    pub(super) period_end: Option<Timestamp>,
    pub(super) next_billing: Option<Timestamp>,
    pub(super) grace_end: Option<Timestamp>,
    pub(super) cancelled_at: Option<Timestamp>,
    pub(super) refunded_at: Option<Timestamp>,
}
