//! One customer's ninety days: what happens when, at the store and here.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use domain::{Timestamp, VoidedPayment};
use store_simulator::android::model::{Published, PublishedKind};

use crate::bundle::Bundle;
use crate::chance::Chance;
use crate::store::{Shop, after};

const DAY: u64 = 86_400;
const HOUR: u64 = 3_600;

/// Notifications come up to so late, in seconds.
const LATEST: u64 = 12 * HOUR;

/// When nothing has happened for so long, every loss has been made up for: the interval at which a
/// subscription is looked at in any case, the lateness of notifications, and a little more.
const QUIET: u64 = 182 * HOUR;

/// In a hundred.
const LOST: u64 = 10;

/// What is to happen.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Next {
    /// The store's own time has come.
    Due,
    /// The customer wants something.
    Want,
    /// The store's answers show at last what happened.
    CatchUp,
    /// A notification arrives: its purchase, and the payment that it takes back.
    Arrives(String, Option<Option<String>>),
    /// The app submits a purchase.
    Submits(String),
}

pub struct Life {
    number: u64,
    chance: Chance,
    shop: Shop,
    pub bundle: Bundle,
    pub now: Timestamp,
    coming: BinaryHeap<Reverse<(Timestamp, Next)>>,
    pub published: usize,
    pub lost: usize,
}

impl Life {
    /// Ninety days, and then until all is quiet.
    pub fn lived(number: u64) -> Self {
        let mut chance = Chance::new(number.wrapping_mul(0x1234_5678_9abc_def1) + 1);
        let beginning: Timestamp = "2026-08-01T00:00:00Z".parse().unwrap();
        let now = after(beginning, chance.below(30 * DAY));
        let (shop, published) = Shop::open(number, &mut chance, now);
        let mut life = Self {
            number,
            chance,
            shop,
            bundle: Bundle::default(),
            now,
            coming: BinaryHeap::new(),
            published: 0,
            lost: 0,
        };
        life.publish(published);
        life.submit();
        life.plan();
        let ninety = after(beginning, 90 * DAY);
        while life.wants_before(ninety) {}
        life.go_on(ninety);
        life
    }

    pub fn customer(&self) -> String {
        format!("customer-{}", self.number)
    }

    pub fn grants(&self) -> bool {
        self.shop.truth(self.now).is_some()
    }

    /// Puts the customer's wishes into the calendar; answers whether there may be more.
    fn wants_before(&mut self, end: Timestamp) -> bool {
        let latest = self
            .coming
            .iter()
            .filter(|Reverse((_, next))| *next == Next::Want)
            .map(|Reverse((at, _))| *at)
            .max()
            .unwrap_or(self.now);
        let at = after(latest, HOUR + self.chance.below(40 * DAY));
        if at < end {
            self.coming.push(Reverse((at, Next::Want)));
        }
        at < end
    }

    fn go_on(&mut self, ninety: Timestamp) {
        loop {
            let coming = self.coming.peek().map(|Reverse((at, _))| *at);
            let check = self
                .bundle
                .due
                .iter()
                .min_by_key(|(_, due)| **due)
                .map(|(key, due)| (key.clone(), *due));
            let next = coming
                .into_iter()
                .chain(check.as_ref().map(|(_, due)| *due))
                .min();
            let quiet = after(self.shop.changed_at.max(ninety), QUIET);
            let Some(next) = next.filter(|next| *next < quiet) else {
                self.now = quiet;
                return;
            };
            self.now = next.max(self.now);
            match check {
                Some((key, due)) if due <= next => {
                    self.bundle.check(&mut self.shop, &key, self.now);
                }
                _ => self.happens(),
            }
            self.plan();
        }
    }

    fn happens(&mut self) {
        let Some(Reverse((_, next))) = self.coming.pop() else {
            return;
        };
        match next {
            Next::Due => {
                if self.shop.due_at().is_some_and(|due| due <= self.now) {
                    let published = self.shop.fall_due(&mut self.chance, self.now);
                    self.publish(published);
                }
            }
            Next::Want => {
                let before = self.shop.token.clone();
                let published = self.shop.want(&mut self.chance, self.now);
                self.publish(published);
                if self.shop.token != before {
                    self.submit();
                }
                self.coming
                    .push(Reverse((after(self.now, DAY), Next::CatchUp)));
            }
            Next::CatchUp => self.shop.catch_up(self.now),
            Next::Arrives(token, voids) => {
                let at = self.now;
                let voided = voids.map(|order_id| VoidedPayment { order_id, at });
                self.bundle.hear(&mut self.shop, &token, voided, at);
            }
            Next::Submits(token) => {
                let customer = self.customer();
                self.bundle
                    .claim(&mut self.shop, &token, &customer, self.now);
                let undecided = !self.bundle.holds(&token);
                if undecided && self.shop.lives(&token) {
                    self.coming
                        .push(Reverse((after(self.now, HOUR), Next::Submits(token))));
                }
            }
        }
    }

    /// The app submits the purchase that counts now, within two hours.
    fn submit(&mut self) {
        let token = self.shop.token.as_str().to_owned();
        let at = after(self.now, 1 + self.chance.below(2 * HOUR));
        self.coming.push(Reverse((at, Next::Submits(token))));
    }

    /// Each notification is lost, or comes late, and half of them twice.
    fn publish(&mut self, published: Vec<Published>) {
        for one in published {
            self.published += 1;
            if self.chance.happens(LOST) {
                self.lost += 1;
                continue;
            }
            let (token, voids) = match one.kind {
                PublishedKind::Subscription {
                    number: 12,
                    purchase_token,
                } => (purchase_token, Some(None)),
                PublishedKind::Subscription { purchase_token, .. } => (purchase_token, None),
                PublishedKind::Voided {
                    purchase_token,
                    order_id,
                } => (purchase_token, Some(Some(order_id))),
                // Nobody buys anything once in this life.
                PublishedKind::Test
                | PublishedKind::OneTime { .. }
                | PublishedKind::OneTimeVoided { .. } => continue,
            };
            let times = 1 + self.chance.below(2);
            for _ in 0..times {
                let at = after(self.now, self.chance.below(LATEST));
                let arrives = Next::Arrives(token.as_str().to_owned(), voids.clone());
                self.coming.push(Reverse((at, arrives)));
            }
        }
    }

    /// The store's next own time, in the calendar once.
    fn plan(&mut self) {
        let Some(due) = self.shop.due_at() else {
            return;
        };
        let due = Reverse((due.max(self.now), Next::Due));
        if !self.coming.iter().any(|known| *known == due) {
            self.coming.push(due);
        }
    }

    /// The table says what the store says: who may watch what, and until when.
    pub fn assert_table_is_true(&self) {
        let held: Vec<_> = self
            .bundle
            .subscriptions()
            .filter(|subscription| subscription.access_granted(self.now))
            .map(|held| (held.state.product_id.clone(), held.state.access_end()))
            .collect();
        let truth: Vec<_> = self.shop.truth(self.now).into_iter().collect();
        assert_eq!(held, truth, "{} at {}", self.customer(), self.now);
    }
}
