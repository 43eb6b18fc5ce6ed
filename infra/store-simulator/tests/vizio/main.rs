//! The simulated Vizio over HTTP, as the demo and the end-to-end tests use it.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "the lints allow them in test functions, but not in what those call"
)]

mod actions;
mod deliveries;
mod events;
mod look_ups;
mod partners;
#[path = "../receiver/mod.rs"]
mod receiver;
mod signatures;

use std::time::Duration;

use receiver::Receiver;
use store_simulator::{
    Control, RunningSimulator, Simulator,
    vizio::{Configuration, Plan, VizioControl},
};

const API_KEY: &str = "kid_demo";
const SIGNING_KEY: &str = "vz_sign_demo_7f3a";
const SUBSCRIPTION: &str = "vzs-88120044";
const START: &str = "2026-11-05T09:30:00Z";

/// Test scene: a simulator with one partner, and a server that receives its notifications.
struct Scene {
    simulator: RunningSimulator,
    receiver: Receiver,
    store: VizioControl,
}

impl Scene {
    async fn set() -> Self {
        let simulator = Simulator::start(([127, 0, 0, 1], 0).into()).await.unwrap();
        let receiver = Receiver::start().await;
        let store = Control::new(simulator.base_url()).vizio("vizio_partner_demo_inc");
        store
            .configure(&configuration(Some(receiver.url())))
            .await
            .unwrap();
        Self {
            simulator,
            receiver,
            store,
        }
    }

    /// Waits for every delivery.
    async fn settle(&self) -> store_simulator::DeliveryCounts {
        self.store.flush(Duration::from_secs(20)).await.unwrap()
    }
}

/// Returns a configuration with a frozen clock, a monthly plan, a cheaper one and one with a trial.
fn configuration(notification_url: Option<String>) -> Configuration {
    let monthly = Plan::monthly("demo_monthly_899", "8.99", "USD");
    let trial = Plan {
        plan_code: "demo_trial_899".to_owned(),
        ..monthly.clone().with_trial_seconds(7 * 86_400)
    };
    Configuration {
        api_key: API_KEY.to_owned(),
        signing_keys: vec![SIGNING_KEY.to_owned(), "the other key".to_owned()],
        notification_url,
        plans: vec![
            monthly,
            Plan::monthly("demo_basic_499", "4.99", "USD"),
            trial,
        ],
        clock_start: Some(START.parse().unwrap()),
        clock_frozen: true,
        ..Configuration::default()
    }
}
