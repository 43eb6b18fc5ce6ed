//! Purchase list of a customer: pages and their entries.

use domain::Timestamp;
use serde_json::Value;

use crate::connectors::samsung_tv::wire::{UnknownForm, flag, instant, text};
use crate::lenient;

/// `ItemType` in answers: a subscription, and the kinds that are none (nothing, consumable,
/// non-consumable, limited period).
const SUBSCRIPTION: &str = "4";
const NO_SUBSCRIPTION: [&str; 4] = ["0", "1", "2", "3"];

/// Spellings of the id that joins the invoices of one subscription; the documentation has several.
const SUBSCRIPTION_ID: [&str; 3] = ["SubscriptionId", "subscriptionId", "SubscriptionID"];

/// Page of a customer's purchases.
#[derive(Debug)]
pub(in crate::connectors::samsung_tv) struct Page<'a> {
    pub(in crate::connectors::samsung_tv) check_value: Option<String>,
    pub(in crate::connectors::samsung_tv) total: String,
    items: &'a [Value],
}

impl<'a> Page<'a> {
    pub(in crate::connectors::samsung_tv) fn read(json: &'a Value) -> Result<Self, UnknownForm> {
        // Samsung omits the list, or sends null, where it is empty.
        let items = match lenient::field(json, "InvoiceDetails") {
            Value::Null => &[],
            Value::Array(items) => items.as_slice(),
            _ => return Err(UnknownForm("InvoiceDetails")),
        };
        Ok(Self {
            check_value: text(json, "CheckValue")?,
            total: text(json, "TotalCount")?.unwrap_or_default(),
            items,
        })
    }

    /// Returns the product ids, over which the check value is computed.
    pub(in crate::connectors::samsung_tv) fn item_ids(&self) -> Result<Vec<String>, UnknownForm> {
        // By `ItemID` and not by `InvoiceID`.
        let id = |item| Ok(text(item, "ItemID")?.unwrap_or_default());
        self.items.iter().map(id).collect()
    }

    pub(in crate::connectors::samsung_tv) fn entries(&self) -> Result<Vec<Entry>, UnknownForm> {
        self.items.iter().map(Entry::read).collect()
    }
}

/// Entry of the list, as far as it can be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::connectors::samsung_tv) struct Entry {
    pub(in crate::connectors::samsung_tv) invoice_id: String,
    /// Present for subscriptions only.
    pub(in crate::connectors::samsung_tv) subscription_id: Option<String>,
    pub(in crate::connectors::samsung_tv) invoice: Result<Invoice, UnknownForm>,
}

/// Payment of a customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::connectors::samsung_tv) struct Invoice {
    pub(in crate::connectors::samsung_tv) item_id: Option<String>,
    pub(in crate::connectors::samsung_tv) ordered_at: Option<Timestamp>,
    /// Whether the sale was cancelled.
    pub(in crate::connectors::samsung_tv) cancelled: bool,
    /// Whether the app reported delivery.
    pub(in crate::connectors::samsung_tv) applied: bool,
    /// Present for subscriptions only.
    pub(in crate::connectors::samsung_tv) subscription: Option<Subscription>,
}

/// Fields of an invoice that only subscriptions have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::connectors::samsung_tv) struct Subscription {
    pub(in crate::connectors::samsung_tv) starts_at: Option<Timestamp>,
    pub(in crate::connectors::samsung_tv) ends_at: Timestamp,
    pub(in crate::connectors::samsung_tv) status: String,
}

impl Entry {
    /// Parses an entry. Fails if the purchase that it is about can't be determined.
    pub(in crate::connectors::samsung_tv) fn read(json: &Value) -> Result<Self, UnknownForm> {
        // An entry of the wrong form may be the one that is looked for. Skipping it would turn it
        // into "not found".
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
            // An unknown kind may be a subscription under a new number and must not be taken for
            // another item.
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
            // The field may be absent; only an explicit `true` takes a sale back.
            cancelled: flag(json, "CancelStatus")?.unwrap_or(false),
            // Decides only whether delivery is reported. If in doubt it is not: a missing report
            // does no harm.
            applied: flag(json, "AppliedStatus").map_or(true, |flag| flag.unwrap_or(false)),
            subscription: info.map(Subscription::read).transpose()?,
        })
    }
}

impl Subscription {
    fn read(info: &Value) -> Result<Self, UnknownForm> {
        Ok(Self {
            starts_at: instant(info, "SubsStartTime")?,
            // A date is required even for a subscription that has ended: without one, nothing says
            // until when it was paid.
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
