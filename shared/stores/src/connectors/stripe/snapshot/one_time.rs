//! Snapshot of a one-time purchase: a payment in Stripe's checkout.

use domain::{CustomerId, FOREVER, Reading, Status, StoreSnapshot, StoreState, Timestamp};

use super::details::Details;
use super::refunds::{self, Part, TakenBack};
use super::{binding, price};
use crate::LookUpError;
use crate::connectors::stripe::Config;
use crate::connectors::stripe::snapshot::{of, of_mode};
use crate::connectors::stripe::wire::{Metadata, PaymentIntent, Session, malformed};
use crate::fields::shortened;

/// Metadata by which a shop names the product.
const PRODUCT_ID: &str = "product_id";

/// Payment with everything that was fetched about it.
pub(in crate::connectors::stripe) struct FetchedPayment<'a> {
    pub(in crate::connectors::stripe) payment: &'a PaymentIntent,
    pub(in crate::connectors::stripe) parts: &'a [Part],
    /// Checkout in which it was made, if it was needed.
    pub(in crate::connectors::stripe) session: Option<&'a Session>,
}

/// Whether the checkout has to be read, because the payment lacks the product or the customer.
pub(in crate::connectors::stripe) fn needs_session(
    config: &Config,
    payment: &PaymentIntent,
) -> bool {
    let metadata = payment.metadata.as_ref();
    named_product(metadata).is_none()
        || (config.binding.is_some() && binding::named(config, &[metadata]).is_none())
}

/// Builds the snapshot of a payment at `observed_at`.
pub(in crate::connectors::stripe) fn of_payment(
    config: &Config,
    fetched: &FetchedPayment<'_>,
    observed_at: Timestamp,
) -> Result<StoreSnapshot, LookUpError> {
    let payment = fetched.payment;
    of_mode(config, payment.livemode)?;
    let session = fetched.session;
    let metadata = [
        payment.metadata.as_ref(),
        session.and_then(|session| session.metadata.as_ref()),
    ];
    let product_id = product(config, &metadata, session)?;
    // A payment may wait for days; what was bought lasts from the charge on.
    let charged_at = fetched.parts.iter().find_map(|part| match part {
        Part::Charged(charged) => charged.charge.created,
        _ => None,
    });
    let bought_at = charged_at
        .or(payment.created)
        .map_or(observed_at, |at| at.0);
    let status = match payment.status.as_str() {
        "succeeded" => Some(Status::Active),
        "processing"
        | "requires_payment_method"
        | "requires_confirmation"
        | "requires_action"
        | "requires_capture" => Some(Status::Pending),
        "canceled" => Some(Status::Expired),
        _ => None,
    };
    let details = Details {
        payment_intent_id: Some(payment.id.clone()),
        checkout_session_id: session.map(|session| session.id.clone()),
        ..Details::of_customer(payment.customer.as_ref(), &metadata)
    };
    let taken_back = refunds::taken_back(config, fetched.parts);
    let reading = match (status, &taken_back) {
        (None, _) => Reading::UnknownStatus(shortened(&payment.status)),
        (Some(Status::Active), TakenBack::Unknown(word)) => Reading::UnknownStatus(word.clone()),
        (Some(status), taken_back) => Reading::Known(StoreState {
            order_id: Some(payment.id.clone()),
            price: price::price(payment.amount, payment.currency.as_deref(), 1),
            ..standing(status, product_id, bought_at, taken_back, details)
        }),
    };
    let account = account(config, &metadata, session);
    Ok(StoreSnapshot {
        unknown_status: refunds::unknown_word(config, fetched.parts),
        ..of(&payment.id, account, reading, observed_at)?
    })
}

/// Builds the snapshot of a checkout without a payment: because it cost nothing, or because it is
/// not complete. `once` says whether it sells something once.
pub(in crate::connectors::stripe) fn of_session(
    config: &Config,
    session: &Session,
    once: bool,
    observed_at: Timestamp,
) -> Result<StoreSnapshot, LookUpError> {
    of_mode(config, session.livemode)?;
    let metadata = [session.metadata.as_ref()];
    let product_id = product(config, &metadata, Some(session))?;
    let made_at = session.created.map_or(observed_at, |at| at.0);
    let paid = session.payment_status.as_deref();
    let status = match (session.status.as_deref(), paid) {
        // A free product has no payment that will ever follow.
        (Some("complete"), Some("no_payment_required")) if once => Ok(Status::Active),
        (Some("complete"), None | Some("paid" | "unpaid" | "no_payment_required"))
        | (Some("open"), _) => Ok(Status::Pending),
        (Some("expired"), _) => Ok(Status::Expired),
        (Some("complete"), unknown) | (unknown, _) => Err(unknown.unwrap_or_default()),
    };
    let details = Details {
        checkout_session_id: Some(session.id.clone()),
        ..Details::of_customer(session.customer.as_ref(), &metadata)
    };
    let reading = match status {
        Err(unknown) => Reading::UnknownStatus(shortened(unknown)),
        Ok(status) if once => {
            let kept = TakenBack::No;
            Reading::Known(standing(status, product_id, made_at, &kept, details))
        }
        Ok(status) => Reading::Known(StoreState {
            auto_renew: status == Status::Pending,
            details: details.written(),
            ..StoreState::new(
                status,
                product_id,
                session.expires_at.map_or(made_at, |at| at.0),
            )
        }),
    };
    of(
        &session.id,
        account(config, &metadata, Some(session)),
        reading,
        observed_at,
    )
}

/// Builds the state. Only a paid purchase has a beginning.
fn standing(
    status: Status,
    product_id: String,
    bought_at: Timestamp,
    taken_back: &TakenBack,
    details: Details,
) -> StoreState {
    let details = Details {
        purchase_type: Some("oneTime"),
        ..details
    };
    let bought = StoreState {
        details: details.written(),
        ..StoreState::one_time(product_id, bought_at)
    };
    match status {
        Status::Active => match taken_back {
            TakenBack::Yes(at) => StoreState {
                status: Status::Revoked,
                revoked_at: *at,
                ..bought
            },
            TakenBack::No | TakenBack::Unknown(_) => bought,
        },
        _ => StoreState {
            status,
            started_at: None,
            period_start: None,
            // A pending payment has no end of its own.
            period_end: if status == Status::Pending {
                FOREVER
            } else {
                bought_at
            },
            ..bought
        },
    }
}

/// Returns the product that the shop names, or that the checkout lists.
fn product(
    config: &Config,
    metadata: &[Option<&Metadata>],
    session: Option<&Session>,
) -> Result<String, LookUpError> {
    let rejected = |why: &str| Err(LookUpError::Rejected(why.to_owned()));
    if let Some(id) = metadata.iter().find_map(|written| named_product(*written)) {
        // Metadata is written by the shop and may name another broadcaster's product of the same
        // account.
        return if config.catalogue.lists(id) {
            Ok(id.to_owned())
        } else {
            rejected("its product is not configured")
        };
    }
    let Some(session) = session else {
        return rejected("it is neither of a subscription nor of a checkout, and names no product");
    };
    let items = &session.line_items.data;
    let mut prices = items
        .iter()
        .filter_map(|item| item.price.as_ref())
        .peekable();
    if prices.peek().is_none() {
        return Err(malformed("the checkout shows no line_items with a price"));
    }
    match prices.find(|price| config.catalogue.has(price)) {
        Some(price) => Ok(config.catalogue.product_id(price).to_owned()),
        None => rejected("none of its products is configured"),
    }
}

fn named_product(metadata: Option<&Metadata>) -> Option<&str> {
    let id = metadata?.get(PRODUCT_ID)?;
    (1..=255).contains(&id.len()).then_some(id)
}

fn account(
    config: &Config,
    metadata: &[Option<&Metadata>],
    session: Option<&Session>,
) -> Option<CustomerId> {
    let referred = || binding::referred_to(config, session?);
    binding::named(config, metadata).or_else(referred)
}
