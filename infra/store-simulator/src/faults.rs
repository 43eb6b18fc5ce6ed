//! Deliberate faults, in look-ups and in the delivery of notifications.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use crate::random::Random;

/// All faults of one partner. The default is none.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct Faults {
    /// Seed of every random choice below.
    pub seed: u64,
    /// Rules for look-ups; the first rule that fires decides.
    pub lookup: Vec<LookupFault>,
    /// Faults of notifications that are sent from now on.
    pub delivery: DeliveryFaults,
}

/// Fault of a look-up.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum FaultKind {
    /// An HTTP status instead of the response.
    Status {
        /// HTTP status, such as 401, 404, 429 or 500.
        status: u16,
        /// Value of a `Retry-After` header, in seconds.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        retry_after: Option<u64>,
    },
    /// The connection stays open without a response.
    Hang,
    /// The right response, delayed.
    Slow {
        /// Delay in milliseconds.
        millis: u64,
    },
    /// Status 200 with truncated JSON.
    Malformed,
}

/// Rule for look-ups. All given conditions must hold; a rule without conditions always fires.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LookupFault {
    /// Fault that the rule causes.
    #[serde(flatten)]
    pub kind: FaultKind,
    /// Maximum number of times that the rule fires.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<u32>,
    /// Fires on every n-th look-up that the rule applies to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub every_nth: Option<u32>,
    /// Probability, 0 to 1, that the rule fires.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub probability: Option<f64>,
    /// Restricts the rule to look-ups of this subscription.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subscription_id: Option<String>,
}

impl LookupFault {
    /// Creates a rule that always fires.
    #[must_use]
    pub fn always(kind: FaultKind) -> Self {
        Self {
            kind,
            times: None,
            every_nth: None,
            probability: None,
            subscription_id: None,
        }
    }

    /// Creates a rule that answers every look-up with a status, without `Retry-After`.
    #[must_use]
    pub fn status(status: u16) -> Self {
        Self::always(FaultKind::Status {
            status,
            retry_after: None,
        })
    }

    /// Limits the rule to the next `times` look-ups.
    #[must_use]
    pub fn times(mut self, times: u32) -> Self {
        self.times = Some(times);
        self
    }

    /// Limits the rule to every n-th look-up.
    #[must_use]
    pub fn every_nth(mut self, nth: u32) -> Self {
        self.every_nth = Some(nth);
        self
    }

    /// Lets the rule fire with a probability, 0 to 1.
    #[must_use]
    pub fn with_probability(mut self, probability: f64) -> Self {
        self.probability = Some(probability);
        self
    }

    /// Limits the rule to look-ups of this subscription.
    #[must_use]
    pub fn of_subscription(mut self, subscription_id: impl Into<String>) -> Self {
        self.subscription_id = Some(subscription_id.into());
        self
    }
}

/// Faults in the delivery of notifications.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct DeliveryFaults {
    /// Number of additional copies of each notification.
    pub duplicate: u32,
    /// Collects notifications for a while and sends them in random order.
    pub reorder: bool,
    /// Time for which notifications are collected, in milliseconds. Defaults to 250.
    pub window_millis: Option<u64>,
    /// Bounds of a random delay before each copy, in milliseconds.
    pub delay_millis: Option<(u64, u64)>,
    /// Probability that a copy is never sent.
    pub drop: Chance,
    /// Probability that the body is changed after it was signed; drawn for each copy.
    pub corrupt: Chance,
}

/// Probability. In JSON `false`, `true`, `"all"` or a number from 0 to 1.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Chance(
    /// 0 is never, 1 is always.
    pub f64,
);

impl Chance {
    /// Certainty.
    pub const ALWAYS: Self = Self(1.0);

    pub(crate) fn draw(self, random: &mut Random) -> bool {
        random.happens(self.0)
    }
}

impl Serialize for Chance {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.0)
    }
}

impl<'de> Deserialize<'de> for Chance {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Form {
            Flag(bool),
            Probability(f64),
            Word(String),
        }
        match Form::deserialize(deserializer)? {
            Form::Flag(true) => Ok(Self::ALWAYS),
            Form::Flag(false) => Ok(Self::default()),
            Form::Probability(given) if (0.0..=1.0).contains(&given) => Ok(Self(given)),
            Form::Word(word) if word == "all" => Ok(Self::ALWAYS),
            _ => Err(D::Error::custom(
                "expected true, false, \"all\" or a number from 0 to 1",
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_json_forms_are_read() {
        let faults: Faults = serde_json::from_str(
            r#"{"seed":3,"lookup":[{"kind":"status","status":429,"retryAfter":2,"times":1},
                {"kind":"hang","everyNth":5},{"kind":"slow","millis":40},{"kind":"malformed","probability":0.5}],
                "delivery":{"duplicate":2,"reorder":true,"delayMillis":[5,50],"drop":"all","corrupt":0.25}}"#,
        )
        .unwrap();
        assert_eq!(faults.lookup.len(), 4);
        assert_eq!(faults.delivery.drop, Chance::ALWAYS);
        assert_eq!(faults.delivery.delay_millis, Some((5, 50)));
        let again: Faults = serde_json::from_value(serde_json::to_value(&faults).unwrap()).unwrap();
        assert_eq!(again, faults);
        assert!(serde_json::from_str::<Faults>(r#"{"delivery":{"drop":2}}"#).is_err());
    }
}
