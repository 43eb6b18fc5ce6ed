//! Format of the lines: an event as JSON, its metrics at the top of it.

use std::fmt::{self, Debug};

use serde_json::{Map, Value};
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::fmt::format::{Format, FormatEvent, FormatFields, Json, Writer};
use tracing_subscriber::fmt::{FmtContext, format};
use tracing_subscriber::registry::LookupSpan;

/// Field with metrics in the embedded metric format.
const METRICS: &str = "emf";

/// Formatter of all lines.
pub(super) struct Lines(Format<Json>);

impl Lines {
    pub(super) fn new() -> Self {
        let json = format()
            .json()
            .flatten_event(true)
            .with_current_span(true)
            .with_span_list(false);
        Self(json.with_target(false))
    }
}

impl<S, N> FormatEvent<S, N> for Lines
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let mut found = Found::default();
        event.record(&mut found);
        let Some(metrics) = found.metrics else {
            return self.0.format_event(context, writer, event);
        };
        if !found.message {
            return writeln!(writer, "{metrics}");
        }
        let mut line = String::new();
        self.0
            .format_event(context, Writer::new(&mut line), event)?;
        match joined(&line, &metrics) {
            Some(joined) => writeln!(writer, "{joined}"),
            None => writer.write_str(&line),
        }
    }
}

/// Moves metrics from a field of a line to its top, where CloudWatch reads them.
fn joined(line: &str, metrics: &str) -> Option<Value> {
    let mut line: Map<String, Value> = serde_json::from_str(line).ok()?;
    let metrics: Map<String, Value> = serde_json::from_str(metrics).ok()?;
    line.remove(METRICS);
    line.extend(metrics);
    Some(Value::Object(line))
}

/// What an event contains.
#[derive(Default)]
struct Found {
    metrics: Option<String>,
    message: bool,
}

impl Visit for Found {
    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == METRICS {
            self.metrics = Some(value.to_owned());
        }
    }

    fn record_debug(&mut self, field: &Field, _value: &dyn Debug) {
        self.message |= field.name() == "message";
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn metrics_are_moved_to_the_top_of_their_line() {
        let line = json!({"message": "event", "published": true, "emf": "…"}).to_string();
        let metrics = json!({"_aws": {"Timestamp": 1}, "Published": 1.0}).to_string();
        let expected = json!({
            "message": "event", "published": true, "_aws": {"Timestamp": 1}, "Published": 1.0,
        });
        assert_eq!(joined(&line, &metrics), Some(expected));
        assert_eq!(joined(&line, "no JSON"), None);
    }
}
