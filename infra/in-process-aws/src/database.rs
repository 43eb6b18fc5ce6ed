//! DynamoDB with the stack's tables.

use dynoxide::{Database, DynoxideError};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// Status and body of an answer.
pub(crate) type Answer = (u16, Value);

/// Definitions of the tables, as `template.yaml` has them, named by their purpose alone.
pub(crate) const TABLES: &str = include_str!("tables.json");

/// Creates the tables as [`TABLES`] defines them.
pub(crate) fn with_tables() -> Database {
    let database = Database::memory().expect("a database in memory");
    let tables: Vec<Value> = serde_json::from_str(TABLES).unwrap();
    for table in tables {
        let (status, body) = run(&database, "CreateTable", table);
        assert_eq!(status, 200, "{body}");
    }
    database
}

pub(crate) fn run(database: &Database, operation: &str, mut input: Value) -> Answer {
    let on = database;
    match operation {
        "CreateTable" => {
            // On demand, as in the template: provisioned capacity would need numbers.
            input["BillingMode"] = "PAY_PER_REQUEST".into();
            typed(input, |input| on.create_table(input))
        }
        "GetItem" => typed(input, |input| on.get_item(input)),
        "PutItem" => typed(input, |input| on.put_item(input)),
        "UpdateItem" => typed(input, |input| on.update_item(input)),
        "DeleteItem" => typed(input, |input| on.delete_item(input)),
        "Query" => typed(input, |input| on.query(input)),
        "Scan" => typed(input, |input| on.scan(input)),
        "BatchGetItem" => typed(input, |input| on.batch_get_item(input)),
        "BatchWriteItem" => typed(input, |input| on.batch_write_item(input)),
        "TransactWriteItems" => typed(input, |input| on.transact_write_items(input)),
        // A test must not pass because an unknown call was answered with nothing.
        other => panic!("the in-process AWS knows no {other} of DynamoDB"),
    }
}

fn typed<Q, A>(input: Value, run: impl FnOnce(Q) -> dynoxide::Result<A>) -> Answer
where
    Q: DeserializeOwned,
    A: Serialize,
{
    let ran = serde_json::from_value(input)
        .map_err(|error| DynoxideError::ValidationException(error.to_string()))
        .and_then(run);
    match ran {
        Ok(answer) => (200, serde_json::to_value(answer).unwrap()),
        Err(error) => {
            let body = serde_json::from_str(&error.to_json()).unwrap();
            (error.status_code(), body)
        }
    }
}
