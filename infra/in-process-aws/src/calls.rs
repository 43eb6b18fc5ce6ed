//! Record of calls, and the refusals that a test asks for.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::atomic::Ordering::SeqCst;
use std::sync::atomic::{AtomicBool, AtomicUsize};
use std::sync::{Mutex, MutexGuard};

use serde_json::Value;

/// Call of a service.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// `dynamodb`, `sqs`, `sns`, `secretsmanager` or `monitoring`.
    pub service: &'static str,
    /// Operation, such as `PutItem`.
    pub operation: String,
    /// Input. For `PublishBatch`: `TopicArn` and `entries` with `id`, `message`, `attributes`.
    pub input: Value,
    /// Request units of a call of DynamoDB, by table, once they are metered.
    pub units: BTreeMap<String, Units>,
    /// Items that a call of DynamoDB has changed, as a stream shows them, once they are metered.
    pub images: Vec<Image>,
}

/// Request units of DynamoDB for one table.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Units {
    /// Twice the read request units, because a read that is eventually consistent costs half a unit.
    pub half_reads: usize,
    /// Write request units of tables.
    pub write: usize,
    /// Write request units of indexes.
    pub index_write: usize,
}

/// Item after a write, in DynamoDB's JSON.
#[derive(Debug, Clone, PartialEq)]
pub struct Image {
    /// Table.
    pub table: String,
    /// Item.
    pub item: Value,
}

impl Call {
    pub(crate) fn new(service: &'static str, operation: impl Into<String>, input: Value) -> Self {
        Self {
            service,
            operation: operation.into(),
            input,
            units: BTreeMap::new(),
            images: Vec::new(),
        }
    }
}

/// Refusal that a test asks for.
pub enum Refusal {
    /// Refuses every call of an operation, as if the role did not allow it.
    Operation(&'static str),
    /// Refuses this number of calls of an operation.
    Times(&'static str, usize),
    /// Refuses the entries of a batch whose message the function selects.
    Entries(fn(&str) -> bool),
    /// Refuses the entries of a batch whose message the function selects as permanently invalid.
    Invalid(fn(&str) -> bool),
    /// Answers one call of an operation with status 200 and this text.
    Garbled(&'static str, String),
    /// Answers the next `usize` calls of an operation with this status and text.
    Answer(&'static str, usize, u16, String),
}

impl fmt::Debug for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Operation(name) => write!(f, "Operation({name})"),
            Self::Times(name, times) => write!(f, "Times({name}, {times})"),
            Self::Entries(_) => f.write_str("Entries"),
            Self::Invalid(_) => f.write_str("Invalid"),
            Self::Garbled(name, _) => write!(f, "Garbled({name})"),
            Self::Answer(name, ..) => write!(f, "Answer({name})"),
        }
    }
}

/// Answer to a refused call.
pub(crate) enum Refused {
    AccessDenied,
    Garbled(String),
    Answer(u16, String),
}

#[derive(Debug, Default)]
pub(crate) struct Calls {
    /// Number of calls that are still carried out before responses stop; 0 answers all.
    dies_after: AtomicUsize,
    unrecorded: AtomicBool,
    made: Mutex<Vec<Call>>,
    refusals: Mutex<Vec<Refusal>>,
}

impl Calls {
    pub(crate) fn record(&self, call: &Call) {
        if !self.unrecorded.load(SeqCst) {
            locked(&self.made).push(call.clone());
        }
    }

    pub(crate) fn stop_recording(&self) {
        self.unrecorded.store(true, SeqCst);
    }

    pub(crate) fn made(&self) -> Vec<Call> {
        locked(&self.made).clone()
    }

    pub(crate) fn forget(&self) {
        locked(&self.made).clear();
    }

    pub(crate) fn refuse(&self, refusal: Refusal) {
        locked(&self.refusals).push(refusal);
    }

    pub(crate) fn die_after(&self, calls: usize) {
        self.dies_after.store(calls, SeqCst);
    }

    /// Whether this call's answer never arrives.
    pub(crate) fn dies_now(&self) -> bool {
        match self.dies_after.load(SeqCst) {
            0 => false,
            // The last call is carried out and not answered, and so are all later ones: the count
            // stays at 1.
            1 => true,
            left => {
                self.dies_after.store(left - 1, SeqCst);
                false
            }
        }
    }

    pub(crate) fn accept(&self) {
        locked(&self.refusals).clear();
    }

    pub(crate) fn refused(&self, operation: &str) -> Option<Refused> {
        let mut refusals = locked(&self.refusals);
        // The first one that fits counts, so that a test can ask for a sequence.
        for position in 0..refusals.len() {
            match &mut refusals[position] {
                Refusal::Operation(name) if *name == operation => {
                    return Some(Refused::AccessDenied);
                }
                Refusal::Times(name, left) if *name == operation && *left > 0 => {
                    *left -= 1;
                    return Some(Refused::AccessDenied);
                }
                Refusal::Answer(name, left, status, text) if *name == operation && *left > 0 => {
                    *left -= 1;
                    return Some(Refused::Answer(*status, text.clone()));
                }
                Refusal::Garbled(name, text) if *name == operation => {
                    let text = std::mem::take(text);
                    refusals.remove(position);
                    return Some(Refused::Garbled(text));
                }
                _ => {}
            }
        }
        None
    }

    pub(crate) fn finds_invalid(&self, message: &str) -> bool {
        locked(&self.refusals)
            .iter()
            .any(|refusal| matches!(refusal, Refusal::Invalid(picks) if picks(message)))
    }

    pub(crate) fn refuses_entry(&self, message: &str) -> bool {
        locked(&self.refusals)
            .iter()
            .any(|refusal| matches!(refusal, Refusal::Entries(picks) if picks(message)))
    }
}

// Poisoned means that a test has failed already.
pub(crate) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().expect("no test goes on after a panic")
}
