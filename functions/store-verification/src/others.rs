//! What one answer of a store says of other purchases of the same customer.

use cloud::CloudError;
use cloud::subscriptions::Place;
use domain::{Cause, Reading, Status, StoreSnapshot, StoreState, Subscription, Timestamp};
use stores::LookedUp;

use crate::handler::Verifier;
use crate::outcome::note_unknown;
use crate::session::StoreSession;
use crate::settle::Seen;
use crate::verify::Work;

impl Verifier {
    /// Applies it to those that are known, as if each had been looked at by the schedule.
    pub(crate) async fn settle_others(
        &self,
        work: &Work<'_>,
        session: &StoreSession,
        looked_up: &LookedUp,
    ) -> Result<(), CloudError> {
        for snapshot in &looked_up.others {
            let Some(known) = self.known_by_alias(work, snapshot).await? else {
                continue;
            };
            if known.subscription.watermark >= snapshot.observed_at {
                continue;
            }
            if let Reading::UnknownStatus(status) = &snapshot.reading {
                // Its own look, by its own schedule, decides what comes of it.
                note_unknown(work.verification.store, status);
                continue;
            }
            let other = Work {
                verification: work.verification,
                locator: known.locator,
                cause: Cause::Reconciliation,
                submission: None,
                settings: work.settings.clone(),
                rule: work.rule,
                deadline: work.deadline,
            };
            let seen = of_known(snapshot, &other);
            match self.settle(&other, session, &Seen::Notice(&seen)).await {
                // It is looked at by its own schedule as well.
                Ok(_) | Err(CloudError::Conflict(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Ends what a purchase has replaced that had an owner before anybody told what it replaces: an app
    /// was quicker than the store. There are two subscriptions then, and the old one has nothing to be
    /// carried on by.
    pub(crate) async fn end_replaced(
        &self,
        work: &Work<'_>,
        session: &StoreSession,
        snapshot: &StoreSnapshot,
        next: &Subscription,
    ) -> Result<(), CloudError> {
        let told = matches!(work.cause, Cause::Notification) && next.customer_id.is_some();
        let replaced = snapshot.replaces.as_ref();
        let Some(key) = replaced.filter(|key| told && **key != snapshot.purchase_key) else {
            return Ok(());
        };
        let Some(Place::Purchase(old)) = self.link(work, key).await? else {
            return Ok(());
        };
        let state = &old.subscription.state;
        if state.status.is_ended() || old.subscription.watermark > snapshot.observed_at {
            return Ok(());
        }
        let seen = StoreSnapshot {
            purchase_key: key.clone(),
            account: None,
            replaces: None,
            alias: None,
            alternatives: Vec::new(),
            reading: Reading::Known(ended(state, snapshot.observed_at)),
            unknown_status: None,
            ..snapshot.clone()
        };
        let other = Work {
            verification: work.verification,
            locator: old.locator,
            cause: Cause::Notification,
            submission: None,
            settings: work.settings.clone(),
            rule: work.rule,
            deadline: work.deadline,
        };
        self.settle(&other, session, &Seen::Notice(&seen))
            .await
            .map(drop)
    }
}

/// A state that is over.
fn ended(state: &StoreState, at: Timestamp) -> StoreState {
    StoreState {
        status: Status::Expired,
        period_end: state.period_end.min(at),
        grace_end: None,
        auto_renew: false,
        pending_product_id: None,
        ..state.clone()
    }
}

/// The snapshot under the name by which the purchase is known.
fn of_known(snapshot: &StoreSnapshot, other: &Work<'_>) -> StoreSnapshot {
    let mut seen = snapshot.clone();
    seen.purchase_key = other.locator.key.clone();
    if let Reading::Known(state) = &mut seen.reading {
        state.details.extend(other.locator.details.clone());
    }
    seen
}
