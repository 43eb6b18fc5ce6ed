//! Logs and metrics, both as JSON lines on standard output.

mod lines;

use domain::Timestamp;
use serde_json::{Map, Value, json};
use tracing::Subscriber;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::fmt::format::JsonFields;
use tracing_subscriber::layer::SubscriberExt as _;

use crate::environment::of_the_process;
use lines::Lines;

/// Libraries of which only warnings are logged: at their finer levels, the SDK and the HTTP client
/// log whole requests.
const LIBRARIES: [&str; 10] = [
    "aws",
    "aws_config",
    "aws_smithy_runtime",
    "hyper",
    "hyper_util",
    "reqwest",
    "rustls",
    "h2",
    "lambda_runtime",
    "lambda_http",
];

/// Starts logging at the level of `LOG_LEVEL` (default `info`). Call once.
pub fn start() {
    let level = of_the_process("LOG_LEVEL").unwrap_or_else(|| "info".to_owned());
    let log = log(&level, std::io::stdout);
    if tracing::subscriber::set_global_default(log).is_err() {
        tracing::debug!("logging was started before");
    }
}

/// Builds the log: one JSON line per event, at this level and above; at `info` for any other word.
pub fn log<W>(level: &str, writer: W) -> impl Subscriber + Send + Sync
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let level = level.parse().unwrap_or(LevelFilter::INFO);
    let quiet = LIBRARIES.map(|library| (library, LevelFilter::WARN));
    let lines = tracing_subscriber::fmt::layer()
        .fmt_fields(JsonFields::new())
        .event_format(Lines::new())
        .with_writer(writer);
    // Not an `EnvFilter`, which compiles regular expressions before the first request. Metrics are
    // written at every level, because alarms watch them.
    let filter = Targets::new()
        .with_default(level)
        .with_target("metrics", LevelFilter::INFO)
        .with_targets(quiet);
    tracing_subscriber::registry().with(filter).with(lines)
}

/// Unit of a metric.
#[derive(Debug, Clone, Copy)]
pub enum Unit {
    /// Number.
    Count,
    /// Duration.
    Milliseconds,
    /// Age.
    Seconds,
}

/// Metrics of one outcome, written as one line in CloudWatch's embedded metric format (ADR 15).
///
/// Dimensions must be few and short: each combination is a metric that is paid for.
#[derive(Debug)]
pub struct Metrics {
    namespace: String,
    dimensions: Vec<(&'static str, String)>,
    values: Vec<(&'static str, Unit, f64)>,
}

impl Metrics {
    /// Builds an empty line with these dimensions, in the namespace that `METRICS_NAMESPACE` names.
    #[must_use]
    pub fn new(dimensions: Vec<(&'static str, String)>) -> Self {
        let namespace = of_the_process("METRICS_NAMESPACE");
        Self {
            namespace: namespace.unwrap_or_else(|| "PurchaseBeacon".to_owned()),
            dimensions,
            values: Vec::new(),
        }
    }

    /// Adds a count of one.
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

    /// Adds the milliseconds from `start` to `end`; 0 if the clock went back.
    #[must_use]
    pub fn elapsed(self, name: &'static str, start: Timestamp, end: Timestamp) -> Self {
        let milliseconds = end.duration_since(start).as_secs_f64() * 1000.0;
        self.with(name, Unit::Milliseconds, milliseconds.max(0.0))
    }

    /// Writes the line.
    pub fn write(&self, now: Timestamp) {
        tracing::info!(target: "metrics", emf = self.emf(now));
    }

    /// Returns the line, as the field `emf` of an event with the target `metrics` that is logged
    /// anyway. Both become one line, because each line is paid for by its length.
    #[must_use]
    pub fn emf(&self, now: Timestamp) -> String {
        self.line(now).to_string()
    }

    fn line(&self, now: Timestamp) -> Value {
        let names: Vec<_> = self.dimensions.iter().map(|(name, _)| *name).collect();
        // Once with the dimensions, once without: alarms watch the latter. The same set twice would
        // count twice.
        let mut sets = vec![names, Vec::new()];
        sets.dedup();
        let metrics: Vec<_> = self
            .values
            .iter()
            .map(|(name, unit, _)| {
                let unit = match unit {
                    Unit::Count => "Count",
                    Unit::Milliseconds => "Milliseconds",
                    Unit::Seconds => "Seconds",
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
                    {"Namespace": self.namespace, "Dimensions": sets, "Metrics": metrics}
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_the_shape_of_the_embedded_metric_format() {
        let received = Timestamp::from_millisecond(1_764_925_800_000).unwrap();
        let published = Timestamp::from_millisecond(1_764_925_800_250).unwrap();
        let line = Metrics::new(vec![("Store", "vizio".to_owned())])
            .elapsed("ReceivedToPublished", received, published)
            .count("Published")
            .line(published);
        assert_eq!(
            line,
            json!({
                "_aws": {
                    "Timestamp": 1_764_925_800_250_i64,
                    "CloudWatchMetrics": [{
                        "Namespace": "PurchaseBeacon",
                        "Dimensions": [["Store"], []],
                        "Metrics": [
                            {"Name": "ReceivedToPublished", "Unit": "Milliseconds"},
                            {"Name": "Published", "Unit": "Count"},
                        ],
                    }],
                },
                "Store": "vizio",
                "ReceivedToPublished": 250.0,
                "Published": 1.0,
            })
        );
    }

    #[test]
    fn without_dimensions_a_metric_is_counted_once() {
        let line = Metrics::new(Vec::new()).count("Reconciled");
        let line = line.line(Timestamp::UNIX_EPOCH);
        assert_eq!(
            line["_aws"]["CloudWatchMetrics"][0]["Dimensions"],
            json!([[]])
        );
    }

    #[test]
    fn a_clock_that_went_back_gives_no_negative_time() {
        let line = Metrics::new(Vec::new()).elapsed(
            "Latency",
            Timestamp::from_second(2).unwrap(),
            Timestamp::from_second(1).unwrap(),
        );
        assert_eq!(line.line(Timestamp::UNIX_EPOCH)["Latency"], 0.0);
    }
}
