//! Timeline of the demo: one line per step, with its duration.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use anyhow::{bail, ensure};
use domain::Store;
use jiff::Timestamp;
use reqwest::Method;
use serde_json::{Value, json};

use crate::broadcaster::Broadcaster;
use crate::endpoint::field_table;

use super::life::Lives;

/// Maximum duration of any step.
pub(super) const LIMIT: Duration = Duration::from_secs(20);

/// Writer of the timeline.
pub(super) struct Timeline<'a> {
    pub(super) broadcaster: Broadcaster,
    say: &'a dyn Fn(&str),
    /// Time of the last event from which something is to follow.
    happened: Timestamp,
    heard: HashMap<String, usize>,
    latencies: Vec<Duration>,
    violations: usize,
    lives: Lives,
}

impl<'a> Timeline<'a> {
    pub(super) fn new(broadcaster: Broadcaster, say: &'a dyn Fn(&str)) -> Self {
        Self {
            broadcaster,
            say,
            happened: Timestamp::now(),
            heard: HashMap::new(),
            latencies: Vec::new(),
            violations: 0,
            lives: Lives::default(),
        }
    }

    /// Begins the cases of the next store.
    pub(super) fn store_begins(&self, name: &str) {
        (self.say)("");
        (self.say)(&format!(
            "══ {name} {}",
            "═".repeat(60_usize.saturating_sub(name.len()))
        ));
    }

    pub(super) fn case(&self, title: &str) {
        (self.say)("");
        (self.say)(&format!(
            "── {title} {}",
            "─".repeat(60_usize.saturating_sub(title.len()))
        ));
    }

    pub(super) fn step(&self, what: &str) {
        (self.say)(&format!("  · {what}"));
    }

    /// Shows an event at the store.
    pub(super) fn store(&mut self, what: &str) {
        self.happened = Timestamp::now();
        self.step(what);
    }

    /// Submits a purchase as the customer's app, at one of a store's routes, and polls for the
    /// outcome.
    pub(super) async fn submit(
        &mut self,
        customer: &str,
        path: &str,
        body: &Value,
    ) -> anyhow::Result<()> {
        self.happened = Timestamp::now();
        let answer = self
            .broadcaster
            .call_as(customer, Method::POST, path, Some(body))
            .await?;
        self.line("call", &format!("POST {path} {body}"));
        self.line(
            "answer",
            &format!("{} {}", answer.status.as_u16(), answer.body),
        );
        let Some(correlation) = answer.body.get("correlationId").and_then(Value::as_str) else {
            bail!("the submission was refused");
        };
        let store = path.split('/').nth(1).unwrap_or_default();
        let began = Instant::now();
        let outcome = self
            .broadcaster
            .outcome_of(store, customer, correlation, LIMIT)
            .await?;
        let polled = began.elapsed().as_secs_f64();
        self.line(
            "polled",
            &format!("GET /{store}/purchase-status?correlationId=… after {polled:.1} s"),
        );
        self.line("answer", &format!("200 {outcome}"));
        ensure!(
            outcome.get("status") == Some(&json!("success")),
            "{outcome}"
        );
        Ok(())
    }

    /// Calls the API as the broadcaster's server.
    pub(super) async fn put(&self, path: &str, body: &Value) -> anyhow::Result<()> {
        let answer = self.broadcaster.call(Method::PUT, path, Some(body)).await?;
        self.line("call", &format!("PUT {path} {body}"));
        ensure!(answer.status.is_success(), "{answer:?}");
        Ok(())
    }

    /// Polls a customer's entitlement until it is as expected.
    pub(super) async fn entitlement(
        &self,
        customer: &str,
        offer: &str,
        granted: bool,
    ) -> anyhow::Result<()> {
        let began = Instant::now();
        loop {
            let entitlement = self.broadcaster.entitlement(customer, offer).await?;
            if entitlement.get("accessGranted") == Some(&json!(granted)) {
                let call = format!("GET /entitlements/{offer} ({customer}) {entitlement}");
                self.line("access", &call);
                return Ok(());
            }
            ensure!(
                began.elapsed() < LIMIT,
                "{customer} on {offer}: {entitlement}"
            );
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Polls until a field of a customer's subscription is as expected.
    pub(super) async fn shows(
        &self,
        customer: &str,
        field: &str,
        expected: Value,
    ) -> anyhow::Result<()> {
        let path = format!("/v1/customers/{customer}/subscriptions");
        let began = Instant::now();
        loop {
            let answer = self.broadcaster.call(Method::GET, &path, None).await?;
            let found = answer
                .body
                .pointer("/subscriptions/0")
                .and_then(|subscription| subscription.get(field));
            if found == Some(&expected) {
                self.line("state", &format!("GET {path} {field}: {expected}"));
                return Ok(());
            }
            ensure!(
                began.elapsed() < LIMIT,
                "{field} of {customer} is {found:?}, not {expected}"
            );
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Waits for the next Beacon notifications of a purchase and shows them as they were received.
    pub(super) async fn told(&mut self, purchase: &str, types: &[&str]) -> anyhow::Result<()> {
        let heard = self.heard.get(purchase).copied().unwrap_or_default();
        let began = Instant::now();
        let news = loop {
            let mut all = self
                .broadcaster
                .endpoint
                .received(&self.broadcaster.beacon_feed())
                .await?;
            all.retain(|received| received.message.get("transaction_id") == Some(&json!(purchase)));
            if all.len() >= heard + types.len() {
                break all.split_off(heard);
            }
            ensure!(began.elapsed() < LIMIT, "no {types:?} of {purchase} came");
            tokio::time::sleep(Duration::from_millis(50)).await;
        };
        let seen: Vec<_> = news
            .iter()
            .filter_map(|one| one.message.get("notification_type")?.as_str())
            .collect();
        ensure!(seen == types, "expected {types:?}, received {seen:?}");
        for one in &news {
            let after = one.received_at.duration_since(self.happened);
            self.line(
                "beacon",
                &format!("after {:.2} s {}", after.as_secs_f64(), one.message),
            );
            self.lives.note(&one.message);
            for violation in field_table::violations(&one.message) {
                self.violations += 1;
                self.line("WRONG", &violation);
            }
            self.latencies
                .push(Duration::try_from(after).unwrap_or_default());
        }
        self.heard.insert(purchase.to_owned(), heard + news.len());
        Ok(())
    }

    /// Checks that a purchase, a renewal, a cancellation and a refund of the store were notified.
    ///
    /// # Errors
    /// Names the one that was not.
    pub(super) fn ensure_life(&self, store: Store) -> anyhow::Result<()> {
        self.lives.of(store).map(drop)
    }

    pub(super) fn line(&self, kind: &str, what: &str) {
        (self.say)(&format!("    {kind:<7} {what}"));
    }

    /// Writes the summary. Returns the number of violations of the format.
    pub(super) fn summary(&mut self) -> usize {
        self.latencies.sort();
        let at = |share: usize| {
            let last = self.latencies.len().saturating_sub(1);
            self.latencies
                .get(last * share / 100)
                .copied()
                .unwrap_or_default()
                .as_secs_f64()
        };
        self.case("Summary");
        for store in Store::ALL {
            if let Ok(life) = self.lives.of(store) {
                self.step(&life);
            }
        }
        let count = self.latencies.len();
        self.step(&format!(
            "{count} Beacon notifications, {} violations of the format's field table",
            self.violations
        ));
        self.step(&format!(
            "from the submission or the store's action to the endpoint: {:.2} s median, {:.2} s at most",
            at(50),
            at(100)
        ));
        self.step("measured on the local AWS, whose own share is most of it");
        self.violations
    }
}
