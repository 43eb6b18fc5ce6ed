//! The flows that are counted.

use std::collections::BTreeMap;

use in_process_aws::item_size;
use serde_json::Value;

use crate::counts::{Step, number};
use crate::scene::Scene;

/// Steps of each flow, in order.
pub type Flows = BTreeMap<String, Vec<Step>>;

/// What was counted.
pub struct Counted {
    pub flows: Flows,
    /// Bytes that a purchase keeps in the tables after its first month.
    pub stored: BTreeMap<String, f64>,
}

pub const PURCHASE: &str = "purchase";
pub const NOTIFICATION: &str = "notification that changes nothing";
pub const RENEWAL: &str = "renewal";
pub const CHECK: &str = "check that finds nothing new";
pub const SCHEDULE: &str = "run of the schedule with nothing due";

const FIRST: &str = "0d4a3a0e-5b6f-4c0e-8f0a-000000000001";
const SECOND: &str = "0d4a3a0e-5b6f-4c0e-8f0a-000000000002";

/// Plays all flows on warm functions.
pub async fn counted() -> Counted {
    let scene = Scene::start().await;
    // Counted from the second purchase on: the first one fills what the functions cache.
    let warm = token('w');
    let told = scene.buys(&warm).await;
    purchase(&scene, &warm, FIRST).await;
    notification(&scene, told).await;
    scene.scheduled().await;
    let before = stored(&scene);

    let bought = token('t');
    let told = scene.buys(&bought).await;
    let mut flows = Flows::new();
    let mut add = |name: &str, steps| flows.insert(name.to_owned(), steps);
    add(PURCHASE, purchase(&scene, &bought, SECOND).await);
    add(NOTIFICATION, notification(&scene, told).await);
    add(SCHEDULE, vec![scene.scheduled().await.0]);
    add(CHECK, check(&scene).await);
    let told = scene.renews(&bought).await;
    add(RENEWAL, renewal(&scene, told).await);
    let stored = stored(&scene).into_iter().map(|(table, bytes)| {
        let before = before.get(&table).copied().unwrap_or_default();
        (table, bytes - before)
    });
    Counted {
        flows,
        stored: stored.collect(),
    }
}

/// Submission, verification with acknowledgement, announcements, three polls.
async fn purchase(scene: &Scene, token: &str, correlation: &str) -> Vec<Step> {
    let (submitted, queued) = scene.submits(token, correlation).await;
    let mut steps = vec![submitted];
    steps.push(scene.polls(correlation, "pending").await);
    steps.push(scene.polls(correlation, "pending").await);
    steps.extend(verification(scene, &queued).await);
    steps.push(scene.polls(correlation, "success").await);
    steps
}

/// The store's notification of a purchase that was verified before.
async fn notification(scene: &Scene, push: (String, String)) -> Vec<Step> {
    let (notified, queued) = scene.notified(push).await;
    let mut steps = vec![notified];
    steps.extend(verification(scene, &queued).await);
    assert_eq!(steps.len(), 2, "nothing is announced");
    steps
}

async fn renewal(scene: &Scene, push: (String, String)) -> Vec<Step> {
    let (notified, queued) = scene.notified(push).await;
    let mut steps = vec![notified];
    steps.extend(verification(scene, &queued).await);
    assert_eq!(steps.len(), 3, "the renewal is announced");
    steps
}

/// A check of each stored purchase: the part of one. A run of the schedule is counted apart.
async fn check(scene: &Scene) -> Vec<Step> {
    let idle = scene.scheduled().await.0;
    scene.falls_due();
    let (run, queued) = scene.scheduled().await;
    let checks = number(queued.len());
    assert!(checks > 0.0);
    let mut steps = vec![run.less(&idle).divided(checks)];
    steps.extend(verification(scene, &queued[..1]).await);
    assert_eq!(steps.len(), 2, "nothing is announced");
    steps
}

async fn verification(scene: &Scene, queued: &[Value]) -> Vec<Step> {
    let [message] = queued else {
        panic!("one message: {queued:?}");
    };
    let (verified, streams) = scene.verified(message).await;
    let mut steps = vec![verified];
    for batch in streams {
        steps.push(scene.announced(batch).await);
    }
    steps
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
fn token(letter: char) -> String {
    let random: String = std::iter::repeat_n(letter, 160).collect();
    format!("abcdefghijklmnopqrstuvwx.AO-J1O{random}")
}
