//! Stripe's ids: what each begins with tells what it names. The rest is never read.

use std::collections::BTreeMap;

use domain::{IdError, PurchaseKey};

use crate::Locator;

pub(super) const SUBSCRIPTION_ID: &str = "subscriptionId";
pub(super) const SESSION_ID: &str = "checkoutSessionId";
pub(super) const PAYMENT_INTENT_ID: &str = "paymentIntentId";

/// Of what is bought once; subscriptions don't have it.
pub(super) const PURCHASE_TYPE: &str = "purchaseType";
pub(super) const ONE_TIME: &str = "oneTime";

/// Longer ids than any of Stripe's are none.
pub(super) const LONGEST: usize = 255;

/// What leads to a purchase.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Subscription,
    Session,
    PaymentIntent,
    Charge,
    Invoice,
}

/// Longer ones before those that they begin with.
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
    pub(super) fn of(id: &str) -> Option<Self> {
        let named = |(prefix, _): &&(&str, Option<Self>)| {
            id.strip_prefix(prefix).is_some_and(|rest| !rest.is_empty())
        };
        PREFIXES.iter().find(named)?.1
    }

    /// The name under which details keep such an id.
    const fn detail(self) -> Option<&'static str> {
        match self {
            Self::Subscription => Some(SUBSCRIPTION_ID),
            Self::Session => Some(SESSION_ID),
            Self::PaymentIntent => Some(PAYMENT_INTENT_ID),
            Self::Charge | Self::Invoice => None,
        }
    }
}

/// The locator of whatever an id names.
pub(super) fn locator(id: &str) -> Result<Locator, IdError> {
    let key = PurchaseKey::new(id)?;
    let detail = Kind::of(id).and_then(Kind::detail);
    let details = detail.map(|name| (name.to_owned(), id.to_owned()));
    Ok(Locator {
        key,
        details: BTreeMap::from_iter(details),
    })
}

/// Whether a look has told of this purchase before. By itself, an id brings no other detail than its own.
pub(super) fn is_known(locator: &Locator) -> bool {
    let own = Kind::of(locator.key.as_str()).and_then(Kind::detail);
    locator.details.keys().any(|name| own != Some(name))
}
