//! Logs and metrics, both as lines of JSON on standard output.

use std::io::Write;

use domain::Timestamp;
use serde_json::{Map, Value, json};
use tracing_subscriber::EnvFilter;

/// Starts logging at `LOG_LEVEL` (default `info`). Call once.
pub fn start() {
    let level = crate::environment::of_the_process("LOG_LEVEL").unwrap_or_else(|| "info".to_owned());
    // The SDK and the HTTP client log whole requests at their finer levels: never those.
    let directives = format!(
        "{level},aws=warn,aws_config=warn,aws_smithy_runtime=warn,hyper=warn,hyper_util=warn,reqwest=warn,rustls=warn,h2=warn,lambda_runtime=warn,lambda_http=warn"
    );
    let started = tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_current_span(false)
        .with_span_list(false)
        .with_target(false)
        .with_env_filter(EnvFilter::new(directives))
        .try_init();
    if started.is_err() {
        tracing::debug!("logging was started before");
    }
}

/// The unit of a metric.
#[derive(Debug, Clone, Copy)]
pub enum Unit {
    /// How many.
    Count,
    /// How long.
    Milliseconds,
}

/// Metrics of one outcome, written as one line in CloudWatch's embedded metric format.
///
/// Dimensions are few and short: each combination is a metric that is paid for.
#[derive(Debug)]
pub struct Metrics {
    namespace: String,
    dimensions: Vec<(&'static str, String)>,
    values: Vec<(&'static str, Unit, f64)>,
}

impl Metrics {
    /// No metric yet, with these dimensions, in the namespace that `METRICS_NAMESPACE` names.
    #[must_use]
    pub fn new(dimensions: Vec<(&'static str, String)>) -> Self {
        let namespace = crate::environment::of_the_process("METRICS_NAMESPACE");
        Self {
            namespace: namespace.unwrap_or_else(|| "PurchaseBeacon".to_owned()),
            dimensions,
            values: Vec::new(),
        }
    }

    /// Counts one.
    #[must_use]
    pub fn count(self, name: &'static str) -> Self {
        self.with(name, Unit::Count, 1.0)
    }

    /// Adds a value.
    #[must_use]
    pub fn with(mut self, name: &'static str, unit: Unit, value: f64) -> Self {
        self.values.push((name, unit, value));
        self
    }

    /// Adds the milliseconds from `start` to `end`.
    #[must_use]
    pub fn elapsed(self, name: &'static str, start: Timestamp, end: Timestamp) -> Self {
        let milliseconds = end.duration_since(start).as_secs_f64() * 1000.0;
        self.with(name, Unit::Milliseconds, milliseconds.max(0.0))
    }

    /// Writes the line. A metric that can't be written is given up: it must not fail the work.
    pub fn write(&self, now: Timestamp) {
        let line = self.line(now);
        let mut out = std::io::stdout().lock();
        if writeln!(out, "{line}").is_err() {
            tracing::debug!("a metric was lost");
        }
    }

    fn line(&self, now: Timestamp) -> Value {
        let names: Vec<_> = self.dimensions.iter().map(|(name, _)| *name).collect();
        let metrics: Vec<_> = self
            .values
            .iter()
            .map(|(name, unit, _)| {
                let unit = match unit {
                    Unit::Count => "Count",
                    Unit::Milliseconds => "Milliseconds",
                };
                json!({"Name": name, "Unit": unit})
            })
            .collect();
        let mut line = Map::new();
        line.insert(
            "_aws".to_owned(),
            json!({
                "Timestamp": now.as_millisecond(),
                "CloudWatchMetrics": [
                    {"Namespace": self.namespace, "Dimensions": [names, []], "Metrics": metrics}
                ],
            }),
        );
        for (name, value) in &self.dimensions {
            line.insert((*name).to_owned(), json!(value));
        }
        for (name, _, value) in &self.values {
            line.insert((*name).to_owned(), json!(value));
        }
        Value::Object(line)
    }
}
