use std::collections::BTreeMap;

use domain::{Billing, Status, StoreState, Timestamp};

use super::{day, start};

/// The monthly plan in its first period: day 0 to day 30.
pub fn active() -> StoreState {
    StoreState {
        status: Status::Active,
        product_id: "monthly".to_owned(),
        pending_product_id: None,
        started_at: Some(start()),
        period_start: Some(start()),
        period_end: day(30),
        trial_end: None,
        grace_end: None,
        auto_renew: true,
        cancelled_at: None,
        cancel_reason: None,
        resumes_at: None,
        revoked_at: None,
        test: false,
        billing: Billing::Renewing,
        order_id: None,
        price: None,
        price_change: None,
        acknowledge_by: None,
        details: BTreeMap::from([
            ("invoiceNumber".to_owned(), "VZINV-0002231".to_owned()),
            ("subscriptionId".to_owned(), "vzs-88120044".to_owned()),
        ]),
    }
}

/// The monthly plan on trial: day 0 to day 7.
pub fn trial() -> StoreState {
    StoreState {
        period_end: day(7),
        trial_end: Some(day(7)),
        ..active()
    }
}

/// The same purchase in another shape.
pub trait Shape: Sized {
    /// In the period from one day to another.
    fn period(self, from: i64, to: i64) -> Self;
    fn cancelled(self, at: Timestamp) -> Self;
    fn grace(self, until: Timestamp) -> Self;
    fn on_hold(self) -> Self;
    fn paused(self) -> Self;
    fn expired(self) -> Self;
    fn revoked(self, at: Timestamp) -> Self;
    fn pending(self) -> Self;
    fn plan(self, product: &str) -> Self;
    /// With another plan to take over at the next renewal.
    fn scheduled(self, product: &str) -> Self;
    /// Paid once, for this period only.
    fn prepaid(self) -> Self;
    /// With this as its last payment.
    fn order(self, order: &str) -> Self;
}

impl Shape for StoreState {
    fn period(self, from: i64, to: i64) -> Self {
        Self {
            period_start: Some(day(from)),
            period_end: day(to),
            trial_end: None,
            ..self
        }
    }

    fn cancelled(self, at: Timestamp) -> Self {
        Self {
            status: Status::Cancelled,
            auto_renew: false,
            cancelled_at: Some(at),
            ..self
        }
    }

    fn grace(self, until: Timestamp) -> Self {
        Self {
            status: Status::Grace,
            grace_end: Some(until),
            ..self
        }
    }

    fn on_hold(self) -> Self {
        Self {
            status: Status::OnHold,
            grace_end: None,
            ..self
        }
    }

    fn paused(self) -> Self {
        Self {
            status: Status::Paused,
            ..self
        }
    }

    fn expired(self) -> Self {
        Self {
            status: Status::Expired,
            auto_renew: false,
            grace_end: None,
            ..self
        }
    }

    fn revoked(self, at: Timestamp) -> Self {
        Self {
            status: Status::Revoked,
            auto_renew: false,
            revoked_at: Some(at),
            ..self
        }
    }

    fn pending(self) -> Self {
        Self {
            status: Status::Pending,
            ..self
        }
    }

    fn plan(self, product: &str) -> Self {
        Self {
            product_id: product.to_owned(),
            pending_product_id: None,
            ..self
        }
    }

    fn scheduled(self, product: &str) -> Self {
        Self {
            pending_product_id: Some(product.to_owned()),
            ..self
        }
    }

    fn prepaid(self) -> Self {
        Self {
            billing: Billing::Prepaid,
            auto_renew: false,
            ..self
        }
    }

    fn order(self, order: &str) -> Self {
        Self {
            order_id: Some(order.to_owned()),
            ..self
        }
    }
}
