//! Samsung's messages, field by field.

use domain::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde_json::Value;

use crate::lenient::{self, Unreadable};

/// The only status code whose meaning is published.
pub(super) const SUCCESS: &str = "100000";

/// A subscription, among the kinds of items of an answer.
const SUBSCRIPTION: &str = "4";

/// The spellings of the id that joins the invoices of one subscription.
const SUBSCRIPTION_ID: [&str; 3] = ["SubscriptionId", "subscriptionId", "SubscriptionID"];

/// A field is there, but not in a form that we know; or it isn't there and has to be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the field {0} is missing or has an unknown form")]
pub(super) struct UnknownForm(&'static str);

/// What every answer starts with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) status: String,
    pub(super) result: String,
}

impl Head {
    pub(super) fn read(json: &Value) -> Result<Self, UnknownForm> {
        Ok(Self {
            status: text(json, "CPStatus")?.ok_or(UnknownForm("CPStatus"))?,
            result: text(json, "CPResult")?.unwrap_or_default(),
        })
    }
}

/// What the result of a list call says of the pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pages {
    More,
    Last,
    /// The customer has bought nothing in this country.
    Nothing,
}

impl Pages {
    /// `None` for a word that we don't know.
    pub(super) fn of(result: &str) -> Option<Self> {
        match result {
            "hasNext:TRUE" => Some(Self::More),
            "EOF" => Some(Self::Last),
            "Your Invoice Not Found" | "Your Invoice Not Found." => Some(Self::Nothing),
            _ => None,
        }
    }
}

/// One page of a customer's purchases.
#[derive(Debug)]
pub(super) struct Page<'a> {
    pub(super) check_value: Option<String>,
    pub(super) total: String,
    items: &'a [Value],
}

impl<'a> Page<'a> {
    pub(super) fn read(json: &'a Value) -> Result<Self, UnknownForm> {
        let items = match json.get("InvoiceDetails") {
            None | Some(Value::Null) => &[],
            Some(Value::Array(items)) => items.as_slice(),
            Some(_) => return Err(UnknownForm("InvoiceDetails")),
        };
        Ok(Self {
            check_value: text(json, "CheckValue")?,
            total: text(json, "TotalCount")?.unwrap_or_default(),
            items,
        })
    }

    /// The product ids, as the check value is made over them.
    pub(super) fn item_ids(&self) -> Result<Vec<String>, UnknownForm> {
        let id = |item| Ok(text(item, "ItemID")?.unwrap_or_default());
        self.items.iter().map(id).collect()
    }

    pub(super) fn invoices(&self) -> Result<Vec<Invoice>, UnknownForm> {
        self.items.iter().map(Invoice::read).collect()
    }
}

/// One purchase of a customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Invoice {
    pub(super) id: String,
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
    pub(super) id: Option<String>,
    pub(super) starts_at: Option<Timestamp>,
    pub(super) ends_at: Timestamp,
    pub(super) status: String,
}

impl Invoice {
    fn read(json: &Value) -> Result<Self, UnknownForm> {
        let kind = text(json, "ItemType")?;
        let subscription = match json.get("SubscriptionInfo") {
            Some(info) if info.is_object() => Some(Subscription::read(info)?),
            None | Some(Value::Null) if kind.as_deref() != Some(SUBSCRIPTION) => None,
            _ => return Err(UnknownForm("SubscriptionInfo")),
        };
        Ok(Self {
            id: text(json, "InvoiceID")?.ok_or(UnknownForm("InvoiceID"))?,
            item_id: text(json, "ItemID")?,
            ordered_at: instant(json, "OrderTime")?,
            cancelled: flag(json, "CancelStatus")?.unwrap_or(false),
            applied: flag(json, "AppliedStatus")?.unwrap_or(false),
            subscription: subscription
                .filter(|_| kind.as_deref().is_none_or(|kind| kind == SUBSCRIPTION)),
        })
    }
}

impl Subscription {
    fn read(json: &Value) -> Result<Self, UnknownForm> {
        let mut id = None;
        for name in SUBSCRIPTION_ID {
            id = id.or(text(json, name)?);
        }
        Ok(Self {
            id,
            starts_at: instant(json, "SubsStartTime")?,
            ends_at: instant(json, "SubsEndTime")?.ok_or(UnknownForm("SubsEndTime"))?,
            status: text(json, "SubsStatus")?.ok_or(UnknownForm("SubsStatus"))?,
        })
    }
}

pub(super) fn text(json: &Value, name: &'static str) -> Result<Option<String>, UnknownForm> {
    read(json, name, lenient::text)
}

fn flag(json: &Value, name: &'static str) -> Result<Option<bool>, UnknownForm> {
    read(json, name, lenient::flag)
}

fn instant(json: &Value, name: &'static str) -> Result<Option<Timestamp>, UnknownForm> {
    read(json, name, |value| match lenient::text(value)? {
        None => Ok(None),
        Some(text) => fourteen_digits(&text).map(Some).ok_or(Unreadable),
    })
}

fn read<T>(
    json: &Value,
    name: &'static str,
    form: fn(&Value) -> Result<Option<T>, Unreadable>,
) -> Result<Option<T>, UnknownForm> {
    let value = json.get(name);
    value.map_or(Ok(None), |value| {
        form(value).map_err(|Unreadable| UnknownForm(name))
    })
}

/// `YYYYMMDDHHmmss`, in UTC.
fn fourteen_digits(text: &str) -> Option<Timestamp> {
    if text.len() != 14 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let civil = DateTime::strptime("%Y%m%d%H%M%S", text).ok()?;
    Some(civil.to_zoned(TimeZone::UTC).ok()?.timestamp())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn times_are_fourteen_digits_in_utc() {
        let read = |value| instant(&json!({ "T": value }), "T");
        let expected = "2026-11-05T09:30:00Z".parse().unwrap();
        assert_eq!(read(json!("20261105093000")), Ok(Some(expected)));
        assert_eq!(read(json!(20_261_105_093_000_i64)), Ok(Some(expected)));
        assert_eq!(read(json!("")), Ok(None));
        for wrong in [
            "20261305093000",
            "2026110509300",
            "2026-11-05",
            "+2026110509300",
        ] {
            assert_eq!(read(json!(wrong)), Err(UnknownForm("T")), "{wrong}");
        }
    }

    #[test]
    fn a_subscription_has_to_say_what_it_is() {
        let invoice = |info: Value, kind: Value| {
            Invoice::read(&json!({"InvoiceID": "UP1", "ItemType": kind, "SubscriptionInfo": info}))
        };
        let whole = json!({"SubsEndTime": "20261205093000", "SubsStatus": "00"});
        assert!(
            invoice(whole.clone(), json!(4))
                .unwrap()
                .subscription
                .is_some()
        );
        assert!(
            invoice(whole.clone(), json!("4"))
                .unwrap()
                .subscription
                .is_some()
        );
        assert_eq!(invoice(whole, json!(2)).unwrap().subscription, None);
        assert_eq!(invoice(Value::Null, json!(1)).unwrap().subscription, None);
        assert!(invoice(Value::Null, json!(4)).is_err());
        assert!(invoice(json!({"SubsStatus": "00"}), json!(4)).is_err());
        assert!(invoice(json!({"SubsEndTime": "20261205093000"}), json!(4)).is_err());
    }
}
