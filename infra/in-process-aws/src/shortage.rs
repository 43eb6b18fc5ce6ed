//! Shortages of DynamoDB: throttled calls, cancelled transactions, items left unprocessed.
//!
//! The answers are those of the API reference: a single call is refused, a transaction is cancelled
//! with a reason for each of its items, and a batch is carried out without some of its items, or
//! refused if all of them would be left
//! (<https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html>,
//! <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html>).

use std::sync::Mutex;

use serde_json::{Map, Value, json};

use crate::calls::locked;
use crate::database::Answer;

const PREFIX: &str = "com.amazonaws.dynamodb.v20120810#";

/// Fields that contain an item, its key, or what is done with it.
const INNER: [&str; 8] = [
    "Key",
    "Item",
    "Put",
    "Update",
    "Delete",
    "ConditionCheck",
    "PutRequest",
    "DeleteRequest",
];

/// Reasons of throttling, as a cancelled transaction names them.
const THROTTLED: &str = "ThrottlingError";
const EXCEEDED: &str = "ProvisionedThroughputExceeded";

/// Shortage that a test asks for.
#[derive(Debug, Clone)]
pub struct Shortage {
    what: What,
    left: usize,
}

#[derive(Debug, Clone)]
enum What {
    Operation(&'static str),
    Key(String),
    Reasons(&'static [&'static str]),
    Share {
        operation: &'static str,
        one_in: usize,
    },
}

impl Shortage {
    fn new(what: What) -> Self {
        Self {
            what,
            left: usize::MAX,
        }
    }

    /// Throttles an operation with `ThrottlingException`.
    #[must_use]
    pub fn of_operation(operation: &'static str) -> Self {
        Self::new(What::Operation(operation))
    }

    /// Throttles what reads or writes items of this partition, with
    /// `ProvisionedThroughputExceededException`.
    #[must_use]
    pub fn of_key(pk: &str) -> Self {
        Self::new(What::Key(pk.to_owned()))
    }

    /// Cancels transactions with these reasons, such as `TransactionConflict`, for their first
    /// items; the others have the reason `None`.
    #[must_use]
    pub fn cancelling(reasons: &'static [&'static str]) -> Self {
        Self::new(What::Reasons(reasons))
    }

    /// Leaves one in so many items of `BatchGetItem` or `BatchWriteItem` unprocessed; with 1 all.
    #[must_use]
    pub fn leaving(operation: &'static str, one_in: usize) -> Self {
        Self::new(What::Share { operation, one_in })
    }

    /// Ends after this number of calls that it met.
    #[must_use]
    pub fn times(mut self, calls: usize) -> Self {
        self.left = calls;
        self
    }

    /// Returns the reason for which this item of a call is not carried out.
    fn reason(&mut self, operation: &str, position: usize, item: &Value) -> Option<&'static str> {
        match &self.what {
            What::Operation(name) => (*name == operation).then_some(THROTTLED),
            What::Key(pk) => (partition(item) == Some(pk.as_str())).then_some(EXCEEDED),
            What::Reasons(reasons) if operation == "TransactWriteItems" => {
                reasons.get(position).copied()
            }
            What::Share {
                operation: name,
                one_in,
            } if *name == operation => (position + 1).is_multiple_of(*one_in).then_some(EXCEEDED),
            What::Reasons(_) | What::Share { .. } => None,
        }
    }
}

/// Shortages that hold now.
#[derive(Debug, Default)]
pub(crate) struct Shortages(Mutex<Vec<Shortage>>);

/// How a call goes on.
#[derive(Debug)]
pub(crate) enum Supply {
    /// It is carried out, as it is or with fewer items.
    Run {
        input: Value,
        /// Items that were left, in the form of the operation's answer.
        left: Option<Value>,
    },
    Refused(Answer),
}

impl Shortages {
    pub(crate) fn add(&self, shortage: Shortage) {
        locked(&self.0).push(shortage);
    }

    pub(crate) fn end(&self) {
        locked(&self.0).clear();
    }

    /// Applies the shortages to a call.
    pub(crate) fn apply(&self, operation: &str, input: Value) -> Supply {
        let items = items(operation, &input);
        let reasons = self.reasons(operation, &items);
        if reasons.iter().all(Option::is_none) {
            return Supply::Run { input, left: None };
        }
        match operation {
            "TransactWriteItems" => Supply::Refused(cancelled(&reasons)),
            "BatchWriteItem" | "BatchGetItem" if reasons.contains(&None) => {
                drop(items);
                let (input, left) = split(operation, input, &reasons);
                Supply::Run {
                    input,
                    left: Some(left),
                }
            }
            "BatchWriteItem" | "BatchGetItem" => {
                Supply::Refused(refused("ProvisionedThroughputExceededException"))
            }
            _ if reasons.contains(&Some(EXCEEDED)) => {
                Supply::Refused(refused("ProvisionedThroughputExceededException"))
            }
            _ => Supply::Refused(refused("ThrottlingException")),
        }
    }

    /// Returns a reason for each item that is not carried out.
    fn reasons(&self, operation: &str, items: &[&Value]) -> Vec<Option<&'static str>> {
        let mut shortages = locked(&self.0);
        let mut reasons = vec![None; items.len()];
        for shortage in shortages.iter_mut().filter(|shortage| shortage.left > 0) {
            let mut met = false;
            for (position, item) in items.iter().enumerate() {
                let reason = shortage.reason(operation, position, item);
                met |= reason.is_some();
                reasons[position] = reasons[position].or(reason);
            }
            if met {
                shortage.left -= 1;
                // The first one that fits counts, so that a test can ask for a sequence.
                break;
            }
        }
        reasons
    }
}

/// Returns the items of a call, in order.
fn items<'a>(operation: &str, input: &'a Value) -> Vec<&'a Value> {
    let of_tables = |tables: &'a Value| tables.as_object().into_iter().flat_map(Map::values);
    match operation {
        "TransactWriteItems" => list(&input["TransactItems"]),
        "BatchWriteItem" => of_tables(&input["RequestItems"]).flat_map(list).collect(),
        "BatchGetItem" => of_tables(&input["RequestItems"])
            .flat_map(|table| list(&table["Keys"]))
            .collect(),
        _ => vec![input],
    }
}

fn list(value: &Value) -> Vec<&Value> {
    value.as_array().into_iter().flatten().collect()
}

/// Returns the partition key of an item, whatever is done with it.
fn partition(item: &Value) -> Option<&str> {
    let fields = item.as_object()?;
    if let Some(pk) = fields.get("pk") {
        return pk["S"].as_str();
    }
    let inner = INNER.iter().filter_map(|name| fields.get(*name));
    inner.into_iter().find_map(partition)
}

/// Takes the items with a reason out of a batch.
fn split(operation: &str, input: Value, reasons: &[Option<&str>]) -> (Value, Value) {
    let (mut kept, mut left) = (input, Map::new());
    let mut reasons = reasons.iter();
    let tables = kept["RequestItems"].as_object_mut().unwrap();
    for (name, table) in tables.iter_mut() {
        let of_writes = operation == "BatchWriteItem";
        let items = if of_writes {
            &mut *table
        } else {
            &mut table["Keys"]
        };
        let all = std::mem::take(items.as_array_mut().unwrap());
        let (without, with): (Vec<_>, Vec<_>) = all
            .into_iter()
            .partition(|_| reasons.next().is_some_and(Option::is_none));
        *items = json!(without);
        if with.is_empty() {
            continue;
        }
        let mut rest = if of_writes {
            json!(with)
        } else {
            table.clone()
        };
        if !of_writes {
            rest["Keys"] = json!(with);
        }
        left.insert(name.clone(), rest);
    }
    let is_empty = |table: &Value| {
        let items = if table.is_array() {
            table
        } else {
            &table["Keys"]
        };
        items.as_array().is_none_or(Vec::is_empty)
    };
    tables.retain(|_, table| !is_empty(table));
    (kept, Value::Object(left))
}

/// Adds the items that were left to the answer of a batch.
pub(crate) fn add_left(operation: &str, answer: &mut Value, left: Value) {
    let name = match operation {
        "BatchGetItem" => "UnprocessedKeys",
        _ => "UnprocessedItems",
    };
    answer[name] = left;
}

fn refused(name: &str) -> Answer {
    (
        400,
        json!({"__type": format!("{PREFIX}{name}"), "message": "throttled"}),
    )
}

fn cancelled(reasons: &[Option<&str>]) -> Answer {
    let codes: Vec<&str> = reasons.iter().map(|code| code.unwrap_or("None")).collect();
    let reasons: Vec<Value> = codes.iter().map(|code| json!({"Code": code})).collect();
    let body = json!({
        "__type": format!("{PREFIX}TransactionCanceledException"),
        "Message": format!("Transaction cancelled [{}]", codes.join(", ")),
        "CancellationReasons": reasons,
    });
    (400, body)
}
