//! Verification of the stores' signatures: by our connectors, and by the stores' Node libraries.

mod amazon;
mod apple;
mod google;
mod inbox;
mod roku;
mod stripe;

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use anyhow::{Context as _, bail};
use domain::{ConfigRules, Environment, Store};
use jiff::Timestamp;
use serde_json::{Map, Value, json};
use store_simulator::{Control, Simulator};
use stores::{ConnectorContext, StoreConfig};

use crate::calls::Rounds;
use crate::samples::{Samples, milliseconds};
use inbox::{Inbox, Message};

/// Number of verifications between two readings of the clock.
pub const PER_SAMPLE: usize = 20;

/// Number of verifications before the first one that is measured.
const WARM_UPS: usize = 500;

/// A store's signed message, with what verifies it.
struct Signed {
    /// Name in the peer's input, and in the table.
    name: &'static str,
    /// Name in tables: what is verified, and the library that the peer uses.
    title: &'static str,
    config: StoreConfig,
    message: Message,
    /// Input of the peer.
    peer: Value,
}

/// Time of one verification, in microseconds.
#[derive(Debug)]
pub struct Verified {
    pub title: &'static str,
    pub ours: Samples,
    pub peer: Samples,
}

/// Measures all stores.
///
/// # Errors
/// If a message is not accepted by either side.
pub async fn measure(node: &Path, peer: &Path, rounds: Rounds) -> anyhow::Result<Vec<Verified>> {
    let simulator = Simulator::start(([127, 0, 0, 1], 0).into()).await?;
    let control = Control::new(simulator.base_url());
    let all = [
        apple::signed(&control).await.context("Apple")?,
        google::signed(&control).await.context("Google")?,
        roku::signed(&control).await.context("Roku")?,
        amazon::signed(&control).await.context("SNS")?,
        stripe::signed(&control).await.context("Stripe")?,
    ];
    let mut by_peer = by_peer(node, peer, &all, rounds)?;
    let mut verified = Vec::new();
    for signed in &all {
        let peer = by_peer.remove(signed.name).unwrap_or_default();
        let taken = peer.as_array().into_iter().flatten();
        verified.push(Verified {
            title: signed.title,
            ours: ours(signed, rounds).await.context(signed.title)?,
            peer: taken.filter_map(Value::as_f64).collect(),
        });
    }
    Ok(verified)
}

async fn ours(signed: &Signed, rounds: Rounds) -> anyhow::Result<Samples> {
    let context = ConnectorContext::new()?;
    let Message { headers, body } = &signed.message;
    let verify = async || {
        let now = Timestamp::now();
        let read = signed
            .config
            .read_notification(&context, headers, body, now);
        read.await.map(|_| ())
    };
    for _ in 0..WARM_UPS {
        verify().await?;
    }
    let mut taken = Vec::new();
    for _ in 0..rounds.signatures {
        let began = Instant::now();
        for _ in 0..PER_SAMPLE {
            verify().await?;
        }
        let each = began.elapsed() / u32::try_from(PER_SAMPLE)?;
        taken.push(milliseconds(each) * 1000.0);
    }
    Ok(taken.into_iter().collect())
}

/// Returns the peer's times by the names of the stores.
fn by_peer(
    node: &Path,
    peer: &Path,
    all: &[Signed],
    rounds: Rounds,
) -> anyhow::Result<Map<String, Value>> {
    let messages = all
        .iter()
        .map(|signed| (signed.name.to_owned(), signed.peer.clone()));
    let input = json!({
        "messages": messages.collect::<Map<_, _>>(),
        "warmUps": WARM_UPS,
        "samples": rounds.signatures,
        "perSample": PER_SAMPLE,
    });
    let file = peer.join("messages.json");
    fs::write(&file, input.to_string())?;
    let script = peer.join("src/signatures.mjs");
    let output = Command::new(node).arg(script).arg(&file).output()?;
    if !output.status.success() {
        bail!("{}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}

/// Parses a configuration that allows stores on loopback.
fn config(store: Store, json: &Value) -> anyhow::Result<StoreConfig> {
    let rules = ConfigRules { local_stack: true };
    Ok(StoreConfig::parse(
        store,
        json,
        Environment::Production,
        &rules,
    )?)
}

/// Returns the keys that a store publishes.
async fn published(url: &str) -> anyhow::Result<Value> {
    let http = https::client(|settings| settings)?;
    Ok(http.get(url).send().await?.json().await?)
}
