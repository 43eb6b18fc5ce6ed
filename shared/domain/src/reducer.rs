//! The rules. One pure function decides every change of every subscription.

mod billing_period;
mod changes;
mod claim;
mod event_log;
mod expire;
mod follow_up;
mod missing;
mod named_customer;
mod rental;
mod replacement;
mod resend;
mod voids;

use std::collections::BTreeMap;

use crate::validation::{ClaimResult, ValidationFailure};
use crate::{
    AddOn, BroadcasterId, BroadcasterSettings, ClaimStamp, CorrelationId, CustomerId, Environment,
    Event, EventKind, NamedCoupon, OfferId, OfferRef, Previous, Reading, Source, StoreSnapshot,
    StoreState, Subscription, SubscriptionId, Timestamp, Void,
};

use event_log::EventLog;
use follow_up::Freshness;

pub use follow_up::{FOLLOW_UPS, FollowUp};
pub use missing::{CHECKS_BEFORE_ENDING, reduce_missing};
pub(crate) use replacement::patience_ends;
pub use resend::reduce_resend;

/// A look at the store, together with the offer that its product maps to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Observation {
    /// What the store says.
    pub snapshot: StoreSnapshot,
    /// The broadcaster's offer for the product, if one lists it.
    pub offer: Option<OfferRef>,
    /// Its other products, where it has several.
    pub add_ons: Vec<AddOn>,
    /// The subscription of the purchase that this one has taken over from, where it is known.
    pub replaced: Option<Subscription>,
    /// A payment that the store took back, by the word that led here.
    pub voided: Option<Void>,
    /// When the store says that the event happened whose notification led to this look-up.
    pub notified_at: Option<Timestamp>,
    /// The state that this notification carried, signed by the store.
    pub signed: Option<StoreSnapshot>,
}

impl Observation {
    /// A look that says nothing of other purchases.
    #[must_use]
    pub const fn new(snapshot: StoreSnapshot, offer: Option<OfferRef>) -> Self {
        Self {
            snapshot,
            offer,
            add_ons: Vec::new(),
            replaced: None,
            voided: None,
            notified_at: None,
            signed: None,
        }
    }
}

/// A customer's submission of a purchase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// The submitter.
    pub customer_id: CustomerId,
    /// The submission.
    pub correlation_id: CorrelationId,
    /// The offer that the submitter believes to have sold.
    pub offer_id: Option<OfferId>,
    /// The coupon code that came with it.
    pub coupon: Option<NamedCoupon>,
}

/// Why we looked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cause {
    /// A customer submitted the purchase.
    Claim(Claim),
    /// The store sent a notification.
    Notification,
    /// A check was due.
    Reconciliation,
}

impl Cause {
    /// The claim, if one was the cause.
    #[must_use]
    pub const fn claim(&self) -> Option<&Claim> {
        match self {
            Self::Claim(claim) => Some(claim),
            _ => None,
        }
    }

    /// The source that events name.
    #[must_use]
    pub const fn source(&self) -> Source {
        match self {
            Self::Claim(_) => Source::Claim,
            Self::Notification => Source::Notification,
            Self::Reconciliation => Source::Reconciliation,
        }
    }
}

/// The circumstances of a decision.
#[derive(Debug, Clone)]
pub struct Scope<'a> {
    /// The tenant.
    pub broadcaster_id: &'a BroadcasterId,
    /// The stack's environment.
    pub environment: Environment,
    /// The tenant's switches.
    pub settings: &'a BroadcasterSettings,
    /// When the word that led here was received.
    pub received_at: Timestamp,
    /// The time of the decision.
    pub now: Timestamp,
}

/// What is to be written, all of it in one write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// The purchase's subscription from now on; `None` leaves what is stored untouched.
    pub next: Option<Subscription>,
    /// The ended subscription of a former owner, to be kept beside it.
    pub former: Option<Subscription>,
    /// What happened, in order. A transfer's first event belongs to `former`.
    pub events: Vec<Event>,
    /// The answer to the claim; `Some` exactly when a claim was the cause.
    pub claim: Option<ClaimResult>,
    /// A status of the store that we don't know: the state was kept, or read from the rest of the answer.
    pub unknown_status: Option<String>,
    /// The product has no offer; a known subscription keeps the offer that it had.
    pub unmapped_product: bool,
}

impl Decision {
    /// Nothing new of the purchase, to be written with what stands beside it.
    #[must_use]
    pub fn keep(next: Subscription) -> Self {
        let mut decision = Self::untouched(None);
        decision.next = Some(next);
        decision
    }

    /// No word on the purchase; the claim, if one was the cause, fails.
    #[must_use]
    pub fn failed(why: Option<ValidationFailure>) -> Self {
        Self::untouched(why.map(ClaimResult::Failed))
    }

    fn untouched(claim: Option<ClaimResult>) -> Self {
        Self {
            next: None,
            former: None,
            events: Vec::new(),
            claim,
            unknown_status: None,
            unmapped_product: false,
        }
    }
}

/// Decides what an observation means for a purchase.
///
/// - An observation older than the watermark changes nothing that the store decides; one of the same
///   age may be applied again. The claim that came with it is still answered, on the stored state.
/// - A payment that was taken back counts at any time, whatever the look is worth.
/// - An unknown status keeps the state, and so does a purchase that another one has replaced, for a
///   while: the other one tells how it goes on.
/// - A purchase that takes over carries on the subscription of the one it replaces.
/// - What was bought once lasts as long as its offer says.
/// - Whom the store names for a payment holds the purchase, whoever held it before.
/// - Nothing happens without an owner: no event is told of an unbound purchase.
/// - An answer that lags behind what the store has announced is followed up ([`FOLLOW_UPS`]);
///   until it has caught up, the known state counts, or the signed one of what was paid again.
#[must_use]
pub fn reduce(
    current: Option<&Subscription>,
    seen: &Observation,
    cause: &Cause,
    scope: &Scope<'_>,
) -> Decision {
    let freshness = Freshness::of(current, seen, cause, scope);
    let mut decision = decide(current, &freshness.observation(seen), cause, scope);
    freshness.complete(current, seen.snapshot.observed_at, &mut decision);
    decision
}

fn decide(
    current: Option<&Subscription>,
    seen: &Observation,
    cause: &Cause,
    scope: &Scope<'_>,
) -> Decision {
    let carried_on = replacement::carried_on(current, seen);
    let current = carried_on.as_ref().or(current);
    let voided = voids::is_news(current, seen);
    let mut unknown_status = seen.snapshot.unknown_status.clone();
    let mut fresh = current.is_none_or(|c| seen.snapshot.observed_at >= c.watermark);
    let state = match (&seen.snapshot.reading, current) {
        (Reading::Known(state), current) => {
            rental::ended_by_offer(state.clone(), current, seen, scope.now)
        }
        (Reading::UnknownStatus(status), current) => {
            unknown_status = Some(status.clone());
            fresh = false;
            match current {
                Some(current) if voided && cause.claim().is_none() => current.state.clone(),
                _ => {
                    let claim = cause.claim().map(|_| ClaimResult::Undecided);
                    return Decision {
                        unknown_status,
                        ..Decision::untouched(claim)
                    };
                }
            }
        }
        (Reading::Replaced, _) => {
            return replacement::reduce_replaced(current, &seen.snapshot, cause, scope);
        }
    };
    let mut next = observed(current, seen, fresh, state, scope);
    voids::apply(&mut next, seen.voided.as_ref());
    let unmapped_product = fresh && seen.offer.is_none();
    let taken_over = carried_on.is_some();
    let named = named_customer::decide(current, &next, seen, fresh, taken_over, scope);
    let binding = claim::bind(current, &next, seen, named, cause, scope);
    if !fresh && !voided && !binding.changes_owner() {
        let mut decision = Decision::untouched(binding.answer);
        decision.next = binding.stamp.map(|stamp| stamped(next, stamp, scope));
        return decision;
    }
    if current.is_none() && matches!(binding.answer, Some(ClaimResult::Failed(_))) {
        return Decision {
            unmapped_product,
            ..Decision::untouched(binding.answer)
        };
    }

    if fresh {
        next.named_customer =
            named_customer::remembered(current, &next.state, seen, carried_on.is_some());
    }
    let mut log = EventLog::new(cause, scope);
    let mut former = None;
    match &binding.owner {
        claim::Owner::Unchanged => {}
        claim::Owner::First(customer) => next.customer_id = Some(customer.clone()),
        claim::Owner::Other { customer, transfer } => {
            if let Some(old) = current {
                former = Some(claim::hand_over(
                    &mut next, old, customer, *transfer, &mut log, scope,
                ));
            }
        }
    }
    if let Some(stamp) = binding.stamp {
        next.claim = next.claim.max(Some(stamp));
    }
    next.coupon = binding.coupon.or(next.coupon);
    if next.customer_id.is_some() {
        let came_from = former.as_ref().filter(|f| f.termination.is_some());
        let kinds = match (&binding.owner, current) {
            (claim::Owner::Unchanged, Some(current)) if carried_on.is_some() => {
                replacement::kinds(current, &mut next)
            }
            (claim::Owner::Unchanged, Some(current)) => changes::kinds(current, &next.state),
            _ if came_from.is_some() => changes::beginning(EventKind::TransferredIn, &next.state),
            _ => changes::beginning(EventKind::Purchased, &next.state),
        };
        for kind in kinds {
            let previous = previous(current, &next, came_from, kind);
            log.record(&mut next, kind, previous);
        }
    }
    Decision {
        next: Some(next),
        former,
        events: log.events,
        claim: binding.answer,
        unknown_status,
        unmapped_product,
    }
}

/// The purchase with the observation applied, its owner unchanged. `state` counts if it is `fresh`.
fn observed(
    current: Option<&Subscription>,
    seen: &Observation,
    fresh: bool,
    state: StoreState,
    scope: &Scope<'_>,
) -> Subscription {
    let Some(current) = current else {
        let snapshot = &seen.snapshot;
        return Subscription {
            broadcaster_id: scope.broadcaster_id.clone(),
            store: snapshot.store,
            purchase_key: snapshot.purchase_key.clone(),
            transaction_id: None,
            alias: snapshot.alias.clone(),
            environment: scope.environment,
            subscription_id: SubscriptionId::derive(
                scope.broadcaster_id,
                snapshot.store,
                &snapshot.purchase_key,
                1,
            ),
            generation: 1,
            customer_id: None,
            claim: None,
            named_customer: None,
            offer: seen.offer.clone(),
            add_ons: seen.add_ons.clone(),
            billing_cycle: 1,
            trial_unpaid: state.in_trial(),
            period_started_at: None,
            coupon: None,
            cancellation_seen_at: state.renewal_is_off().then_some(scope.now),
            state,
            termination: None,
            version: 1,
            watermark: snapshot.observed_at,
            sequence: 0,
            last_event_at: None,
            missing: None,
            replaced_since: None,
            follow_up: None,
            state_as_of: Some(snapshot.observed_at),
            voided: Vec::new(),
            transfers: Vec::new(),
            created_at: scope.now,
            updated_at: scope.now,
            unknown: BTreeMap::new(),
        };
    };
    let mut next = current.clone();
    next.version += 1;
    next.updated_at = scope.now;
    // Set once more after the events, which need not carry it.
    next.follow_up = None;
    if fresh {
        billing_period::advance(&mut next, current, &state, seen.snapshot.observed_at);
        if !state.renewal_is_off() {
            next.cancellation_seen_at = None;
        } else if !current.state.renewal_is_off() {
            next.cancellation_seen_at = Some(scope.now);
        }
        next.offer = seen.offer.clone().or(next.offer);
        next.add_ons.clone_from(&seen.add_ons);
        next.watermark = next.watermark.max(seen.snapshot.observed_at);
        next.missing = None;
        next.replaced_since = None;
        next.alias = seen.snapshot.alias.clone().or(next.alias);
        if !state.is_the_same_as(&current.state) {
            next.state_as_of = Some(seen.snapshot.observed_at);
        }
        next.state = state;
    }
    next
}

/// The stored purchase with nothing new but a later claim of its owner.
fn stamped(mut next: Subscription, stamp: ClaimStamp, scope: &Scope<'_>) -> Subscription {
    next.claim = next.claim.max(Some(stamp));
    next.updated_at = scope.now;
    next
}

fn previous(
    current: Option<&Subscription>,
    next: &Subscription,
    came_from: Option<&Subscription>,
    kind: EventKind,
) -> Option<Previous> {
    let current = current.filter(|c| c.customer_id.is_some())?;
    let transferred = came_from.filter(|_| kind == EventKind::TransferredIn);
    let renamed = current.transaction_id() != next.transaction_id();
    Some(Previous {
        status: current.state.status,
        product_id: current.state.product_id.clone(),
        period_end: current.state.period_end,
        transaction_id: renamed.then(|| current.transaction_id().clone()),
        package_name: current
            .offer
            .as_ref()
            .filter(|_| renamed)
            .map(|offer| offer.package_name.clone()),
        customer_id: transferred.and_then(|f| f.customer_id.clone()),
        subscription_id: transferred.map(|f| f.subscription_id),
    })
}
