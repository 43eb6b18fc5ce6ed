//! Stripe's ids. The prefix names the kind; the rest is opaque.

use std::collections::BTreeMap;

use domain::{IdError, Locator, PurchaseKey};

pub(in crate::connectors::stripe) const SUBSCRIPTION_ID: &str = "subscriptionId";
pub(in crate::connectors::stripe) const SESSION_ID: &str = "checkoutSessionId";
pub(in crate::connectors::stripe) const PAYMENT_INTENT_ID: &str = "paymentIntentId";

/// Longest id of Stripe, in characters.
pub(in crate::connectors::stripe) const LONGEST: usize = 255;

/// Kinds of objects that lead to a purchase.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::connectors::stripe) enum Kind {
    Subscription,
    Session,
    PaymentIntent,
    Charge,
    Invoice,
}

/// Prefixes, longer ones before those that they begin with.
const PREFIXES: [(&str, Option<Kind>); 7] = [
    ("sub_sched_", None),
    ("sub_", Some(Kind::Subscription)),
    ("cs_", Some(Kind::Session)),
    ("pi_", Some(Kind::PaymentIntent)),
    ("ch_", Some(Kind::Charge)),
    ("py_", Some(Kind::Charge)),
    ("in_", Some(Kind::Invoice)),
];

impl Kind {
    pub(in crate::connectors::stripe) fn of(id: &str) -> Option<Self> {
        let named = |(prefix, _): &&(&str, Option<Self>)| {
            id.strip_prefix(prefix).is_some_and(|rest| !rest.is_empty())
        };
        PREFIXES.iter().find(named)?.1
    }

    /// Returns the name of the detail that holds such an id.
    const fn detail(self) -> Option<&'static str> {
        match self {
            Self::Subscription => Some(SUBSCRIPTION_ID),
            Self::Session => Some(SESSION_ID),
            Self::PaymentIntent => Some(PAYMENT_INTENT_ID),
            Self::Charge | Self::Invoice => None,
        }
    }
}

/// Builds the locator of an id.
pub(in crate::connectors::stripe) fn locator(id: &str) -> Result<Locator, IdError> {
    let key = PurchaseKey::new(id)?;
    let detail = Kind::of(id).and_then(Kind::detail);
    let details = detail.map(|name| (name.to_owned(), id.to_owned()));
    Ok(Locator {
        key,
        details: BTreeMap::from_iter(details),
    })
}

/// Whether an earlier look-up found this purchase. An id alone brings no detail but its own.
pub(in crate::connectors::stripe) fn is_known(locator: &Locator) -> bool {
    let own = Kind::of(locator.key.as_str()).and_then(Kind::detail);
    locator.details.keys().any(|name| own != Some(name))
}
