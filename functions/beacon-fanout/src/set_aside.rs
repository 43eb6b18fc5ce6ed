//! Records that can't be announced: stored as dead letters, so that they block nothing (ADR 33).

use aws_lambda_events::event::dynamodb::EventRecord;
use cloud::queue::DeadLetters;
use cloud::telemetry::Metrics;
use cloud::{CloudError, clock};
use serde_json::{Value, json};

/// Largest letter in bytes, below the limit of the queue.
const LARGEST: usize = 240_000;

/// Reason for which a record is set aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reason {
    /// Its image, or its broadcaster's settings, can't be read; another version wrote them.
    Unreadable,
    /// SNS refuses one of its messages permanently, or the journal one of its events.
    Refused,
}

impl Reason {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Unreadable => "unreadable",
            Self::Refused => "refused",
        }
    }
}

/// Stores a record in the dead-letter queue in the form of an invocation event. Invoking the
/// function with the letter announces the record later.
///
/// # Errors
/// [`CloudError`] if the queue can't be reached.
pub(crate) async fn set_aside(
    dead_letters: &DeadLetters,
    record: &EventRecord,
    reason: Reason,
) -> Result<(), CloudError> {
    let sequence_number = record.change.sequence_number.as_deref();
    // Counted only once the letter is stored. Otherwise the stream returns the record, and it would
    // be counted again.
    dead_letters.keep(&letter(record, reason)?).await?;
    let reason = reason.as_str();
    tracing::error!(sequence_number, reason, "a record was set aside");
    Metrics::new(Vec::new())
        .count("SetAside")
        .write(clock::now());
    Ok(())
}

fn letter(record: &EventRecord, reason: Reason) -> Result<Value, CloudError> {
    let mut record = serde_json::to_value(record).map_err(|error| CloudError::Stored {
        what: "stream record",
        reason: error.to_string(),
    })?;
    let letter = |record: &Value| json!({"reason": reason.as_str(), "Records": [record]});
    let whole = letter(&record);
    if whole.to_string().len() <= LARGEST {
        return Ok(whole);
    }
    // The item's key and the position in the stream remain, by which a person finds the item.
    if let Some(change) = record.get_mut("dynamodb").and_then(Value::as_object_mut) {
        let key = |name: &str| change.get("NewImage").and_then(|image| image.get(name));
        let keys = json!({"pk": key("pk"), "sk": key("sk")});
        change.insert("NewImage".to_owned(), keys);
        change.remove("OldImage");
    }
    Ok(letter(&record))
}
