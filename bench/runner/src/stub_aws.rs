//! An AWS that answers at once. It reads from a database that was filled before, remembers what it
//! has read, and accepts every write without carrying it out, so that a call can be repeated.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use in_process_aws::InProcessAws;
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// Stub of all services at one address.
#[derive(Clone)]
pub struct StubAws {
    /// URL of every service.
    pub url: String,
    state: Arc<Shared>,
}

struct Shared {
    filled: InProcessAws,
    remembered: Mutex<HashMap<(String, Bytes), String>>,
    latest: Mutex<HashMap<String, Instant>>,
}

impl StubAws {
    /// Starts it over a filled database.
    ///
    /// # Errors
    /// If there is no free port.
    pub async fn start(filled: InProcessAws) -> anyhow::Result<Self> {
        let state = Arc::new(Shared {
            filled,
            remembered: Mutex::default(),
            latest: Mutex::default(),
        });
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}", listener.local_addr()?);
        let router = Router::new()
            .fallback(answer)
            .with_state(Arc::clone(&state));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Ok(Self { url, state })
    }

    /// Returns when an operation was last called.
    pub fn last(&self, operation: &str) -> Option<Instant> {
        locked(&self.state.latest).get(operation).copied()
    }
}

async fn answer(State(state): State<Arc<Shared>>, headers: HeaderMap, body: Bytes) -> Response {
    let called = Instant::now();
    let target = headers
        .get("x-amz-target")
        .and_then(|value| value.to_str().ok());
    // SNS has a form protocol, without this header.
    let (service, operation) = target
        .and_then(|target| target.split_once('.'))
        .unwrap_or(("SNS", "PublishBatch"));
    locked(&state.latest).insert(operation.to_owned(), called);
    let (status, body) = match service {
        "SNS" => return (StatusCode::OK, published(&body)).into_response(),
        "DynamoDB_20120810" => (StatusCode::OK, state.dynamodb(operation, body)),
        "AmazonSQS" => (StatusCode::OK, queued(operation)),
        "secretsmanager" => state.secret(&body),
        _ => (StatusCode::BAD_REQUEST, String::new()),
    };
    let headers = [("content-type", "application/x-amz-json-1.0")];
    (status, headers, body).into_response()
}

impl Shared {
    fn dynamodb(&self, operation: &str, body: Bytes) -> String {
        if operation == "BatchWriteItem" {
            return json!({"UnprocessedItems": {}}).to_string();
        }
        if !matches!(operation, "GetItem" | "BatchGetItem" | "Query") {
            return "{}".to_owned();
        }
        let request = (operation.to_owned(), body);
        if let Some(answer) = locked(&self.remembered).get(&request) {
            return answer.clone();
        }
        let input: Value = serde_json::from_slice(&request.1).unwrap_or_default();
        // Only what is due is looked for by an index, and its questions contain the time: nothing
        // is due.
        if input.get("IndexName").is_some() {
            return json!({"Items": [], "Count": 0, "ScannedCount": 0}).to_string();
        }
        let answer = self.filled.dynamodb(operation, input).to_string();
        locked(&self.remembered).insert(request, answer.clone());
        answer
    }

    fn secret(&self, body: &[u8]) -> (StatusCode, String) {
        let input: Value = serde_json::from_slice(body).unwrap_or_default();
        let name = input.get("SecretId").and_then(Value::as_str);
        match name.and_then(|name| self.filled.secret(name)) {
            Some(text) => (StatusCode::OK, json!({"SecretString": text}).to_string()),
            None => {
                let missing = json!({"__type": "ResourceNotFoundException"});
                (StatusCode::BAD_REQUEST, missing.to_string())
            }
        }
    }
}

fn queued(operation: &str) -> String {
    let answer = match operation {
        "GetQueueAttributes" => json!({"Attributes": {"ApproximateNumberOfMessages": "0"}}),
        _ => json!({"MessageId": "1"}),
    };
    answer.to_string()
}

/// Answer to a batch that is published: every entry was accepted.
fn published(form: &[u8]) -> String {
    let is_id =
        |name: &str| name.starts_with("PublishBatchRequestEntries.") && name.ends_with(".Id");
    let accepted: String = url::form_urlencoded::parse(form)
        .filter(|(name, _)| is_id(name))
        .map(|(_, id)| format!("<member><Id>{id}</Id><MessageId>1</MessageId></member>"))
        .collect();
    format!(
        "<PublishBatchResponse><PublishBatchResult><Successful>{accepted}</Successful><Failed/>\
         </PublishBatchResult></PublishBatchResponse>"
    )
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_published_entry_is_accepted() {
        let form = "Action=PublishBatch&PublishBatchRequestEntries.member.1.Id=e1\
                    &PublishBatchRequestEntries.member.1.Message=m\
                    &PublishBatchRequestEntries.member.2.Id=e2";
        let answer = published(form.as_bytes());
        assert_eq!(answer.matches("<member>").count(), 2);
        assert!(answer.contains("<Id>e2</Id>"));
    }
}
