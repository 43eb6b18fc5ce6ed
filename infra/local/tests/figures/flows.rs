//! The flows that are counted.

use std::collections::BTreeMap;

use in_process_aws::item_size;
use serde_json::Value;

use crate::counts::{Step, number};
use crate::scene::{Push, Scene};

/// Steps of each flow, in order.
pub type Flows = BTreeMap<String, Vec<Step>>;

/// What was counted.
pub struct Counted {
    /// Each message of the queue and each record of a stream in a batch of its own.
    pub flows: Flows,
    /// The part of one, of [`FULL_BATCH`] that share each batch.
    pub together: Flows,
    /// Bytes that a purchase keeps in the tables after its first month.
    pub stored: BTreeMap<String, f64>,
}

pub const PURCHASE: &str = "purchase";
pub const NOTIFICATION: &str = "notification that changes nothing";
pub const RENEWAL: &str = "renewal";
pub const CHECK: &str = "check that finds nothing new";
pub const SCHEDULE: &str = "run of the schedule with nothing due";

/// Messages that the queue delivers together at most, as the template says.
pub const FULL_BATCH: usize = 10;

/// Purchases that go through a flow together.
struct Lot {
    tokens: Vec<String>,
    correlations: Vec<String>,
}

impl Lot {
    fn of(letter: char, size: usize) -> Self {
        let numbers = || 0..size;
        let first = u128::from(u32::from(letter)) << 32;
        let id = |number| uuid::Uuid::from_u128(first + u128::try_from(number).unwrap());
        Self {
            tokens: numbers().map(|number| token(letter, number)).collect(),
            correlations: numbers().map(|number| id(number).to_string()).collect(),
        }
    }

    fn size(&self) -> f64 {
        number(self.tokens.len())
    }
}

/// Plays all flows on warm functions.
pub async fn counted() -> Counted {
    let (flows, stored) = counted_in_lots_of(1).await;
    let (together, _) = counted_in_lots_of(FULL_BATCH).await;
    Counted {
        flows,
        together,
        stored,
    }
}

async fn counted_in_lots_of(size: usize) -> (Flows, BTreeMap<String, f64>) {
    let scene = Scene::start().await;
    // Counted from the second purchase on: the first one fills what the functions cache.
    flows_of(&scene, &Lot::of('w', 1)).await;
    let before = stored(&scene);
    let lot = Lot::of('t', size);
    let mut flows = flows_of(&scene, &lot).await;
    // Last, because the store's time goes on by a period with each renewal.
    flows.insert(RENEWAL.to_owned(), renewal(&scene, &lot).await);
    let stored = stored(&scene).into_iter().map(|(table, bytes)| {
        let before = before.get(&table).copied().unwrap_or_default();
        (table, (bytes - before) / lot.size())
    });
    (flows, stored.collect())
}

async fn flows_of(scene: &Scene, lot: &Lot) -> Flows {
    let mut told = Vec::new();
    for token in &lot.tokens {
        told.push(scene.buys(token).await);
    }
    let mut flows = Flows::new();
    let mut add = |name: &str, steps| flows.insert(name.to_owned(), steps);
    add(PURCHASE, purchase(scene, lot).await);
    add(NOTIFICATION, notification(scene, told).await);
    add(SCHEDULE, vec![scene.scheduled().await.0]);
    add(CHECK, check(scene, lot).await);
    flows
}

/// Submission, verification with acknowledgement, announcements, three polls.
async fn purchase(scene: &Scene, lot: &Lot) -> Vec<Step> {
    let (mut submitted, mut queued) = (Vec::new(), Vec::new());
    for (token, correlation) in lot.tokens.iter().zip(&lot.correlations) {
        let (step, messages) = scene.submits(token, correlation).await;
        submitted.push(step);
        queued.extend(messages);
    }
    let mut steps = vec![Step::average(submitted)];
    steps.push(polls(scene, lot, "pending").await);
    steps.push(polls(scene, lot, "pending").await);
    steps.extend(verification(scene, &queued, lot.tokens.len()).await);
    steps.push(polls(scene, lot, "success").await);
    steps
}

async fn polls(scene: &Scene, lot: &Lot, expected: &str) -> Step {
    let mut polls = Vec::new();
    for correlation in &lot.correlations {
        polls.push(scene.polls(correlation, expected).await);
    }
    Step::average(polls)
}

/// The store's notifications of purchases that were verified before.
async fn notification(scene: &Scene, pushes: Vec<Push>) -> Vec<Step> {
    let steps = notified(scene, pushes).await;
    assert_eq!(steps.len(), 2, "nothing is announced");
    steps
}

async fn renewal(scene: &Scene, lot: &Lot) -> Vec<Step> {
    let mut pushes = Vec::new();
    for token in &lot.tokens {
        pushes.push(scene.renews(token).await);
    }
    let steps = notified(scene, pushes).await;
    assert_eq!(steps.len(), 3, "the renewal is announced");
    steps
}

async fn notified(scene: &Scene, pushes: Vec<Push>) -> Vec<Step> {
    let count = pushes.len();
    let (mut notified, mut queued) = (Vec::new(), Vec::new());
    for push in pushes {
        let (step, messages) = scene.notified(push).await;
        notified.push(step);
        queued.extend(messages);
    }
    let mut steps = vec![Step::average(notified)];
    steps.extend(verification(scene, &queued, count).await);
    steps
}

/// A check of each stored purchase: the part of one. A run of the schedule is counted apart.
async fn check(scene: &Scene, lot: &Lot) -> Vec<Step> {
    let idle = scene.scheduled().await.0;
    scene.falls_due();
    let (run, queued) = scene.scheduled().await;
    let checks = number(queued.len());
    assert!(checks >= lot.size());
    let mut steps = vec![run.less(&idle).divided(checks)];
    let count = lot.tokens.len();
    steps.extend(verification(scene, &queued[..count], count).await);
    assert_eq!(steps.len(), 2, "nothing is announced");
    steps
}

async fn verification(scene: &Scene, queued: &[Value], expected: usize) -> Vec<Step> {
    assert_eq!(queued.len(), expected, "{queued:?}");
    let (verified, streams) = scene.verified(queued).await;
    let mut steps = vec![verified];
    for batch in streams {
        steps.push(scene.announced(batch).await);
    }
    let parts = number(queued.len());
    steps.into_iter().map(|step| step.divided(parts)).collect()
}

/// Bytes of each table, and of what DynamoDB adds to each item.
fn stored(scene: &Scene) -> BTreeMap<String, f64> {
    // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
    const PER_ITEM: usize = 100;
    ["purchases", "subscriptions", "events"]
        .into_iter()
        .map(|table| {
            let items = scene.items(table);
            let bytes: usize = items.iter().map(|item| item_size(item) + PER_ITEM).sum();
            (table.to_owned(), number(bytes))
        })
        .collect()
}

/// A purchase token of the length that Google Play issues.
fn token(letter: char, number: usize) -> String {
    let random: String = std::iter::repeat_n(letter, 158).collect();
    format!("abcdefghijklmnopqrstuvwx.AO-J1O{number:02}{random}")
}
