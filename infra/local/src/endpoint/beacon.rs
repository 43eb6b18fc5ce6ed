//! Lenient parsing of Beacon notifications, as in a receiver.

use jiff::Timestamp;
use serde_json::{Map, Value};

/// Type of a notification. Notifications with the same `notification_date` apply in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the names are those of the format")]
pub enum Kind {
    New,
    Renew,
    Resume,
    Pause,
    Hold,
    Cancel,
}

/// Key of a purchase.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the names are those of the format")]
pub struct Key {
    pub original_store: String,
    pub transaction_id: String,
    pub external_user_id: String,
}

/// Beacon notification. Dates are instants, whichever unit they came in.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Notification {
    /// Time of dispatch. First, because notifications apply in this order.
    pub notification_date: Timestamp,
    /// Type.
    pub kind: Kind,
    /// Start of access; on pause and hold the start of the suspension.
    pub start_date: Option<Timestamp>,
    /// End of access.
    pub end_date: Option<Timestamp>,
    /// Time at which the user or the store cancelled.
    pub cancellation_date: Option<Timestamp>,
    /// End of the trial, if there is one.
    pub trial_end_date: Option<Timestamp>,
    /// Product id in the store.
    pub sku: String,
    /// Package that the product grants.
    pub package_name: String,
    /// Purchase that it is about.
    pub key: Key,
}

/// Reason why a message is kept, but not applied.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// The message is not a JSON object.
    #[error("not an object")]
    NotAnObject,
    /// The format has no such type.
    #[error("unknown notification_type")]
    UnknownType,
    /// A field that this type requires is missing or has another JSON type.
    #[error("{0} is missing or malformed")]
    Field(&'static str),
}

impl Notification {
    /// Reads an unescaped message.
    ///
    /// # Errors
    /// When it is not a Beacon notification of a known type with all required fields.
    pub fn read(message: &Value) -> Result<Self, Unreadable> {
        let fields = message.as_object().ok_or(Unreadable::NotAnObject)?;
        let kind = match text(fields, "notification_type")?.as_str() {
            "new" => Kind::New,
            "renew" => Kind::Renew,
            "resume" => Kind::Resume,
            "pause" => Kind::Pause,
            "hold" => Kind::Hold,
            "cancel" => Kind::Cancel,
            _ => return Err(Unreadable::UnknownType),
        };
        let notification = Self {
            notification_date: required(fields, "notification_date")?,
            kind,
            start_date: date(fields, "start_date")?,
            end_date: date(fields, "end_date")?,
            cancellation_date: date(fields, "cancellation_date")?,
            trial_end_date: date(fields, "trial_end_date")?,
            sku: text(fields, "sku")?,
            package_name: text(fields, "package_name")?,
            key: Key {
                original_store: text(fields, "original_store")?,
                transaction_id: text(fields, "transaction_id")?,
                external_user_id: text(fields, "external_user_id")?,
            },
        };
        if kind != Kind::Cancel {
            required(fields, "start_date")?;
        }
        if !matches!(kind, Kind::Pause | Kind::Hold) {
            required(fields, "end_date")?;
        }
        if kind == Kind::Cancel {
            required(fields, "cancellation_date")?;
        }
        Ok(notification)
    }
}

fn text(fields: &Map<String, Value>, name: &'static str) -> Result<String, Unreadable> {
    let value = fields.get(name).and_then(Value::as_str);
    value.map(str::to_owned).ok_or(Unreadable::Field(name))
}

fn required(fields: &Map<String, Value>, name: &'static str) -> Result<Timestamp, Unreadable> {
    date(fields, name)?.ok_or(Unreadable::Field(name))
}

/// Reads a date in seconds or milliseconds, as a number or as digits. A missing date and `null` are
/// equivalent.
fn date(fields: &Map<String, Value>, name: &'static str) -> Result<Option<Timestamp>, Unreadable> {
    /// Smallest value taken as milliseconds: in seconds the year 5138, in milliseconds the year
    /// 1973.
    const FIRST_MILLIS: i64 = 100_000_000_000;

    let number = match fields.get(name) {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::Number(number)) => number.as_i64(),
        Some(Value::String(digits)) => digits.parse().ok(),
        Some(_) => None,
    };
    let instant = match number {
        Some(seconds) if (1..FIRST_MILLIS).contains(&seconds) => Timestamp::from_second(seconds),
        Some(millis) if millis >= FIRST_MILLIS => Timestamp::from_millisecond(millis),
        _ => return Err(Unreadable::Field(name)),
    };
    instant.map(Some).map_err(|_| Unreadable::Field(name))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn new() -> Value {
        json!({"notification_type": "new", "external_user_id": "acme-000417",
            "transaction_id": "2000000900000001", "start_date": 1_793_871_000,
            "end_date": 1_796_463_000, "original_store": "Apple Store", "sku": "monthly",
            "package_name": "Symphony Monthly", "notification_date": 1_793_871_120})
    }

    fn with(name: &str, value: Value) -> Value {
        let mut message = new();
        message[name] = value;
        message
    }

    #[test]
    fn seconds_milliseconds_and_digits_are_the_same_instant() {
        let expected = Notification::read(&new()).unwrap();
        assert_eq!(
            expected.start_date.unwrap().to_string(),
            "2026-11-05T09:30:00Z"
        );
        for value in [json!(1_793_871_000_000_u64), json!("1793871000")] {
            let read = Notification::read(&with("start_date", value));
            assert_eq!(read.unwrap(), expected);
        }
    }

    #[test]
    fn what_is_required_depends_on_the_type() {
        let cancel = with("notification_type", json!("cancel"));
        assert_eq!(
            Notification::read(&cancel),
            Err(Unreadable::Field("cancellation_date"))
        );
        let mut hold = with("notification_type", json!("hold"));
        hold["end_date"] = Value::Null;
        assert!(Notification::read(&hold).is_ok());
        for name in ["start_date", "end_date", "sku", "notification_date"] {
            let outcome = Notification::read(&with(name, Value::Null));
            assert_eq!(outcome, Err(Unreadable::Field(name)));
        }
        assert_eq!(
            Notification::read(&with("start_date", json!(0))),
            Err(Unreadable::Field("start_date"))
        );
    }

    #[test]
    fn an_unknown_type_is_told_apart() {
        let outcome = Notification::read(&with("notification_type", json!("gift")));
        assert_eq!(outcome, Err(Unreadable::UnknownType));
        assert_eq!(
            Notification::read(&json!("text")),
            Err(Unreadable::NotAnObject)
        );
    }
}
