//! What one customer does at Google Play, by chance.

use domain::Timestamp;
use jiff::SignedDuration;
use store_simulator::android::model::{
    Action, BasePlan, NewPurchase, Options, Outcome, Play, Published, PurchaseToken, State,
};

use crate::chance::Chance;

pub const PACKAGE: &str = "com.example.symphony";

/// The store, as far as one customer goes.
pub struct Shop {
    pub play: Play,
    /// The purchase that counts.
    pub token: PurchaseToken,
    /// When something last happened.
    pub changed_at: Timestamp,
}

impl Shop {
    /// The customer buys for the first time.
    pub fn open(seed: u64, chance: &mut Chance, now: Timestamp) -> (Self, Vec<Published>) {
        let mut play = Play::seeded(PACKAGE, seed);
        play.set_plans(vec![
            BasePlan::monthly("basic", "monthly", "4.99", "EUR"),
            BasePlan::monthly("premium", "monthly", "9.99", "EUR")
                .with_free_trial("trial", 7 * 86_400),
            BasePlan::monthly("once", "month", "5.99", "EUR").prepaid(),
        ]);
        let wanted = match chance.below(100) {
            0..10 => NewPurchase::of("premium", "monthly").with_offer("trial"),
            10..20 => NewPurchase::of("once", "month"),
            20..25 => NewPurchase::of("basic", "monthly").pending(),
            25..60 => NewPurchase::of("premium", "monthly"),
            _ => NewPurchase::of("basic", "monthly"),
        };
        let bought = play.buy(&wanted, now).unwrap();
        let shop = Self {
            token: bought.purchase.purchase_token.clone(),
            play,
            changed_at: now,
        };
        (shop, bought.published)
    }

    /// The next time at which the store does something by itself.
    pub fn due_at(&self) -> Option<Timestamp> {
        let purchase = self.play.purchase(&self.token)?;
        let over = matches!(
            purchase.state,
            State::Expired | State::PendingPurchaseCanceled
        );
        let waits = !purchase.acknowledged && purchase.state != State::Pending && !over;
        let unacknowledged = purchase.acknowledge_by.filter(|_| waits);
        let dated = match purchase.state {
            State::OnHold => purchase.hold_ends,
            State::Paused => purchase.resumes_at,
            State::Active | State::Canceled | State::InGracePeriod => purchase.expiry(),
            State::Pending | State::Expired | State::PendingPurchaseCanceled => None,
        };
        dated.into_iter().chain(unacknowledged).min()
    }

    /// What is due happens, or goes wrong.
    pub fn fall_due(&mut self, chance: &mut Chance, now: Timestamp) -> Vec<Published> {
        let purchase = self.play.purchase(&self.token).unwrap();
        let goes_wrong = match purchase.state {
            State::Active if !purchase.is_prepaid() && chance.happens(8) => {
                Some(Action::EnterGrace)
            }
            State::Active if !purchase.is_prepaid() && chance.happens(4) => Some(Action::Hold),
            State::InGracePeriod if chance.happens(50) => Some(Action::Recover),
            State::OnHold if chance.happens(50) => Some(Action::Recover),
            State::Paused if chance.happens(20) => Some(Action::ResumeFails),
            _ => None,
        };
        if let Some(action) = goes_wrong
            && let Some(published) = self.act(action, &Options::default(), now)
        {
            return published;
        }
        let outcomes = self.play.run_due(now);
        self.happened(outcomes, now)
    }

    /// The customer, or their bank, wants something.
    pub fn want(&mut self, chance: &mut Chance, now: Timestamp) -> Vec<Published> {
        let (state, prepaid) = {
            let purchase = self.play.purchase(&self.token).unwrap();
            (purchase.state_at(now), purchase.is_prepaid())
        };
        let plain = Options::default();
        let to = |product: &str| Options {
            reverse_order: product == "premium",
            ..Options::to_plan(product, "monthly")
        };
        let resubscribe = Options {
            in_play: chance.happens(50),
            ..Options::default()
        };
        let void = Options {
            stale: chance.happens(50),
            ..Options::default()
        };
        let (action, options) = match (state, chance.below(10)) {
            (State::Pending, 0..7) => (Action::CompletePending, plain),
            (State::Pending, _) => (Action::CancelPending, plain),
            (State::Active, 0..7) if prepaid => (Action::TopUp, plain),
            (State::Active, 0..3) => (Action::Cancel, plain),
            (State::Active, 3) => (Action::Replace, to("premium")),
            (State::Active, 4) => (Action::ReplaceLater, to("basic")),
            (State::Active, 5 | 6) => (Action::SchedulePause, plain),
            (State::Active, 7) => (Action::Void, void),
            (State::Active, 8) => (Action::Revoke, plain),
            (State::Active, _) => (Action::Defer, plain),
            (State::Canceled, 0..5) => (Action::Restart, plain),
            (State::Canceled | State::Expired, _) => (Action::Resubscribe, resubscribe),
            (State::OnHold, 0..5) => (Action::Recover, plain),
            (State::OnHold, _) => (Action::Cancel, plain),
            (State::Paused, _) => (Action::Resume, plain),
            _ => return Vec::new(),
        };
        self.act(action, &options, now).unwrap_or_default()
    }

    /// After a while look-ups show that a payment was taken back.
    pub fn catch_up(&mut self, now: Timestamp) {
        let stale: Vec<PurchaseToken> = self
            .play
            .purchases()
            .filter(|purchase| purchase.stale.is_some())
            .map(|purchase| purchase.purchase_token.clone())
            .collect();
        for token in stale {
            self.play
                .act(&token, Action::CatchUp, &Options::default(), now)
                .unwrap();
            self.changed_at = now;
        }
    }

    fn act(&mut self, action: Action, options: &Options, now: Timestamp) -> Option<Vec<Published>> {
        let token = self.token.clone();
        let done = self.play.act(&token, action, options, now).ok()?;
        Some(self.happened(vec![done], now))
    }

    fn happened(&mut self, outcomes: Vec<Outcome>, now: Timestamp) -> Vec<Published> {
        if outcomes.is_empty() {
            return Vec::new();
        }
        self.changed_at = now;
        let mut published = Vec::new();
        for outcome in outcomes {
            self.token = outcome.purchase.purchase_token.clone();
            published.extend(outcome.published);
        }
        published
    }

    /// Whether a purchase counts and is not over.
    pub fn lives(&self, token: &str) -> bool {
        let over = [State::Expired, State::PendingPurchaseCanceled];
        let purchase = self.play.purchase(token);
        self.token.as_str() == token && purchase.is_some_and(|one| !over.contains(&one.state))
    }

    /// Whether the customer may watch, and what.
    pub fn truth(&self, now: Timestamp) -> Option<(String, Timestamp)> {
        let purchase = self.play.purchase(&self.token)?;
        let running = purchase
            .items
            .iter()
            .filter(|item| item.expiry.is_some_and(|end| end > now))
            .max_by_key(|item| item.expiry)?;
        self.play
            .grants(&self.token, now)
            .then(|| (running.product_id.clone(), purchase.expiry().unwrap()))
    }
}

/// So many seconds later.
pub fn after(at: Timestamp, seconds: u64) -> Timestamp {
    let seconds = SignedDuration::from_secs(i64::try_from(seconds).unwrap());
    at.checked_add(seconds).unwrap()
}
