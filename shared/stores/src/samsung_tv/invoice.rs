//! The entries of a purchase list.

use domain::Timestamp;
use serde_json::Value;

use super::wire::{UnknownForm, flag, instant, text};

/// The kinds of items: a subscription, and those that are none (nothing, consumable, non-consumable,
/// limited period).
const SUBSCRIPTION: &str = "4";
const NO_SUBSCRIPTION: [&str; 4] = ["0", "1", "2", "3"];

/// The spellings of the id that joins the invoices of one subscription.
const SUBSCRIPTION_ID: [&str; 3] = ["SubscriptionId", "subscriptionId", "SubscriptionID"];

/// What an entry of the list is about, and as much of it as can be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) invoice_id: String,
    /// Only of what is a subscription.
    pub(super) subscription_id: Option<String>,
    pub(super) invoice: Result<Invoice, UnknownForm>,
}

/// One payment of a customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Invoice {
    pub(super) item_id: Option<String>,
    pub(super) ordered_at: Option<Timestamp>,
    /// The sale was taken back.
    pub(super) cancelled: bool,
    /// The app reported delivery.
    pub(super) applied: bool,
    /// Only of what is a subscription.
    pub(super) subscription: Option<Subscription>,
}

/// What is special about the purchase of a subscription.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Subscription {
    pub(super) starts_at: Option<Timestamp>,
    pub(super) ends_at: Timestamp,
    pub(super) status: String,
}

impl Entry {
    /// Fails if it can't be told which purchase it is about: it may be any.
    pub(super) fn read(json: &Value) -> Result<Self, UnknownForm> {
        let kind = text(json, "ItemType")?;
        let info = match json.get("SubscriptionInfo") {
            Some(info) if info.is_object() => Some(info),
            None | Some(Value::Null) if kind.as_deref() != Some(SUBSCRIPTION) => None,
            _ => return Err(UnknownForm("SubscriptionInfo")),
        };
        let known = kind
            .as_deref()
            .is_none_or(|kind| kind == SUBSCRIPTION || NO_SUBSCRIPTION.contains(&kind));
        let info = info.filter(|_| {
            kind.as_deref()
                .is_none_or(|kind| !NO_SUBSCRIPTION.contains(&kind))
        });
        Ok(Self {
            invoice_id: text(json, "InvoiceID")?.ok_or(UnknownForm("InvoiceID"))?,
            subscription_id: match info {
                Some(info) => subscription_id(info)?,
                None => None,
            },
            // It may be a subscription under a new name: not to be taken for none.
            invoice: match known {
                true => Invoice::read(json, info),
                false => Err(UnknownForm("ItemType")),
            },
        })
    }
}

fn subscription_id(info: &Value) -> Result<Option<String>, UnknownForm> {
    for name in SUBSCRIPTION_ID {
        if let Some(id) = text(info, name)? {
            return Ok(Some(id));
        }
    }
    Ok(None)
}

impl Invoice {
    fn read(json: &Value, info: Option<&Value>) -> Result<Self, UnknownForm> {
        Ok(Self {
            item_id: text(json, "ItemID")?,
            ordered_at: instant(json, "OrderTime")?,
            cancelled: flag(json, "CancelStatus")?.unwrap_or(false),
            // Decides only whether delivery is reported: one report too few does no harm.
            applied: flag(json, "AppliedStatus").map_or(true, |flag| flag.unwrap_or(false)),
            subscription: info.map(Subscription::read).transpose()?,
        })
    }
}

impl Subscription {
    fn read(info: &Value) -> Result<Self, UnknownForm> {
        Ok(Self {
            starts_at: instant(info, "SubsStartTime")?,
            ends_at: instant(info, "SubsEndTime")?.ok_or(UnknownForm("SubsEndTime"))?,
            status: text(info, "SubsStatus")?.ok_or(UnknownForm("SubsStatus"))?,
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn entry(info: &Value, kind: &Value) -> Result<Entry, UnknownForm> {
        Entry::read(&json!({"InvoiceID": "UP1", "ItemType": kind, "SubscriptionInfo": info}))
    }

    #[test]
    fn a_subscription_has_to_say_what_it_is() {
        let subscription = |info, kind| entry(&info, &kind).unwrap().invoice.unwrap().subscription;
        let whole = json!({"SubsEndTime": "20261205093000", "SubsStatus": "00"});
        assert!(subscription(whole.clone(), json!(4)).is_some());
        assert!(subscription(whole.clone(), json!("4")).is_some());
        assert_eq!(subscription(whole, json!(2)), None);
        assert_eq!(subscription(Value::Null, json!(1)), None);
        assert!(entry(&Value::Null, &json!(4)).is_err());
    }

    #[test]
    fn a_kind_of_item_that_nobody_knows_is_not_taken_for_no_subscription() {
        let info = json!({
            "SubscriptionId": "SUB-1", "SubsEndTime": "20261205093000", "SubsStatus": "00",
        });
        for info in [info, Value::Null] {
            let entry = entry(&info, &json!(7)).unwrap();
            assert_eq!(entry.invoice, Err(UnknownForm("ItemType")), "{info}");
        }
    }

    #[test]
    fn what_cannot_be_read_of_a_report_of_delivery_hides_no_purchase() {
        let applied = |value: Value| {
            let entry = Entry::read(&json!({"InvoiceID": "UP1", "AppliedStatus": value}));
            entry.unwrap().invoice.unwrap().applied
        };
        assert!(applied(json!("perhaps")));
        assert!(applied(json!(true)));
        assert!(!applied(json!(false)));
        assert!(!applied(Value::Null));
    }

    #[test]
    fn what_cannot_be_read_is_still_known_by_its_ids() {
        for broken in [
            json!({"subscriptionId": "SUB-1", "SubsStatus": "00"}),
            json!({"SubscriptionID": "SUB-1", "SubsEndTime": "20261205093000"}),
            json!({"SubscriptionId": "SUB-1", "SubsEndTime": "soon", "SubsStatus": "00"}),
        ] {
            let entry = entry(&broken, &json!(4)).unwrap();
            assert_eq!(entry.invoice_id, "UP1");
            assert_eq!(entry.subscription_id.as_deref(), Some("SUB-1"));
            assert!(entry.invoice.is_err(), "{broken}");
        }
        assert!(entry(&json!({"SubscriptionId": {}}), &json!(4)).is_err());
        assert!(Entry::read(&json!({"ItemType": 1})).is_err());
    }
}
