//! Format of the lines: an event as JSON, metrics as they are.

use std::fmt::{self, Debug};

use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::fmt::format::{Format, FormatEvent, FormatFields, Json, Writer};
use tracing_subscriber::fmt::{FmtContext, format};
use tracing_subscriber::registry::LookupSpan;

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
        let mut metrics = Metrics(None);
        event.record(&mut metrics);
        match metrics.0 {
            // CloudWatch reads metrics at the top of the line only.
            Some(metrics) => writeln!(writer, "{metrics}"),
            None => self.0.format_event(context, writer, event),
        }
    }
}

/// The field `emf` of an event: metrics in the embedded metric format.
struct Metrics(Option<String>);

impl Visit for Metrics {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        if field.name() == "emf" {
            self.0 = Some(format!("{value:?}"));
        }
    }
}
