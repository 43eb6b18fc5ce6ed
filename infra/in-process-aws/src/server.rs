//! HTTP server of all services.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Mutex};

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::{Credentials, SharedCredentialsProvider, SharedHttpClient};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use cloud::{Aws, aws_http};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::calls::{Call, Calls, Refusal, locked};
use crate::services::{self, Services};
use crate::shortage::{Shortage, Shortages};
use crate::sqs::Queues;
use crate::{connector, database};

/// Name of the stack's secret for fingerprints of purchases.
const FINGERPRINT_SECRET: &str = "in-process-fingerprints";

/// Running AWS. It ends with the test's runtime.
#[derive(Clone)]
pub struct InProcessAws {
    address: String,
    state: Arc<Services>,
}

impl InProcessAws {
    /// Starts an instance with four empty tables.
    pub async fn start() -> Self {
        // Port 0: tests run at the same time, each with its own instance.
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let state = Arc::new(Services {
            database: database::with_tables(),
            shortages: Shortages::default(),
            queues: Mutex::new(Queues::of_the_stack()),
            ahead: Mutex::default(),
            calls: Calls::default(),
            metered: AtomicBool::new(false),
            secrets: Mutex::new(
                [(
                    FINGERPRINT_SECRET.to_owned(),
                    "synthetic-fingerprint-secret".to_owned(),
                )]
                .into(),
            ),
        });
        let router = Router::new()
            .fallback(answer)
            .with_state(Arc::clone(&state));
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { address, state }
    }

    /// Returns the environment of a function: this AWS, the variables of a local sandbox stack, no
    /// retries.
    #[must_use]
    pub fn aws(&self) -> Aws {
        Aws::given(self.config(), variables())
    }

    /// Returns [`aws`](Self::aws) with one variable changed.
    #[must_use]
    pub fn aws_with(&self, name: &str, value: &str) -> Aws {
        let mut variables = variables();
        variables.insert(name.to_owned(), value.to_owned());
        Aws::given(self.config(), variables)
    }

    /// Returns [`aws`](Self::aws) with the SDK's own retries, which it makes in a stack.
    ///
    /// # Panics
    /// Never.
    #[must_use]
    pub fn retrying(&self) -> Aws {
        let client = aws_http::client().unwrap();
        let config = self.config_with(client, RetryConfig::standard());
        Aws::given(config, variables())
    }

    /// Returns [`aws`](Self::aws) without sockets between the functions and the services, and with
    /// the configuration cached for as long as in a stack. For simulated time.
    #[must_use]
    pub fn direct(&self) -> Aws {
        let client = connector::client(&self.state);
        let config = self.config_with(client, RetryConfig::disabled());
        let mut variables = variables();
        variables.remove("CONFIGURATION_CACHE_SECONDS");
        Aws::given(config, variables)
    }

    fn config(&self) -> SdkConfig {
        // A refusal must reach the code under test, and not be hidden by the SDK's retries.
        self.config_with(aws_http::client().unwrap(), RetryConfig::disabled())
    }

    fn config_with(&self, client: SharedHttpClient, retries: RetryConfig) -> SdkConfig {
        let credentials = Credentials::builder()
            .provider_name("in-process")
            .access_key_id("in-process")
            .secret_access_key("in-process")
            .build();
        SdkConfig::builder()
            .behavior_version(BehaviorVersion::v2026_01_12())
            .endpoint_url(&self.address)
            .region(Region::new("us-east-1"))
            .retry_config(retries)
            .http_client(client)
            .credentials_provider(SharedCredentialsProvider::new(credentials))
            .build()
    }

    pub(crate) fn services(&self) -> &Services {
        &self.state
    }

    /// Returns all calls so far.
    #[must_use]
    pub fn calls(&self) -> Vec<Call> {
        self.state.calls.made()
    }

    /// Returns the inputs of an operation's calls so far.
    #[must_use]
    pub fn inputs(&self, operation: &str) -> Vec<Value> {
        let calls = self.calls().into_iter();
        calls
            .filter(|call| call.operation == operation)
            .map(|call| call.input)
            .collect()
    }

    /// Returns the messages sent to a queue so far, one by one or in batches.
    #[must_use]
    pub fn sent(&self, queue_url: &str) -> Vec<Value> {
        let to_queue = |input: &Value| input["QueueUrl"] == queue_url;
        let single = self.inputs("SendMessage").into_iter().filter(to_queue);
        let batches = self.inputs("SendMessageBatch").into_iter().filter(to_queue);
        single
            .chain(batches.flat_map(|batch| batch["Entries"].as_array().unwrap().clone()))
            .map(|entry| serde_json::from_str(entry["MessageBody"].as_str().unwrap()).unwrap())
            .collect()
    }

    /// Returns the batches published so far.
    #[must_use]
    pub fn published(&self) -> Vec<Value> {
        self.inputs("PublishBatch")
    }

    /// Records request units and images of the calls of DynamoDB from now on.
    pub fn meter(&self) {
        self.state.metered.store(true, Relaxed);
    }

    /// Records no calls from now on, for tests that make very many.
    pub fn stop_recording(&self) {
        self.state.calls.stop_recording();
    }

    /// Clears the record of calls.
    pub fn forget_calls(&self) {
        self.state.calls.forget();
    }

    /// Adds a refusal.
    pub fn refuse(&self, refusal: Refusal) {
        self.state.calls.refuse(refusal);
    }

    /// Lets DynamoDB run short of capacity.
    pub fn run_short(&self, shortage: Shortage) {
        self.state.shortages.add(shortage);
    }

    /// Simulates a function that is killed: `calls` more calls are carried out, and the last of
    /// them and all later ones are never answered. 0 answers all.
    pub fn die_after(&self, calls: usize) {
        self.state.calls.die_after(calls);
    }

    /// Removes all refusals and shortages.
    pub fn accept(&self) {
        self.state.calls.accept();
        self.state.shortages.end();
    }

    /// Runs an operation of DynamoDB without recording it.
    ///
    /// # Panics
    /// If DynamoDB refuses.
    #[must_use]
    pub fn dynamodb(&self, operation: &str, input: Value) -> Value {
        let (status, body) = database::run(&self.state.database, operation, input);
        assert_eq!(status, 200, "{operation}: {body}");
        body
    }

    /// Returns all items of a table, in DynamoDB's JSON.
    ///
    /// # Panics
    /// If there is no such table.
    #[must_use]
    pub fn items(&self, table: &str) -> Vec<Value> {
        let mut input = json!({"TableName": table});
        let mut items = Vec::new();
        loop {
            let mut page = self.dynamodb("Scan", input.clone());
            items.append(page["Items"].as_array_mut().unwrap());
            match page.get_mut("LastEvaluatedKey") {
                Some(key) if !key.is_null() => input["ExclusiveStartKey"] = key.take(),
                _ => return items,
            }
        }
    }

    /// Writes an item, in DynamoDB's JSON, without recording it.
    ///
    /// # Panics
    /// If DynamoDB refuses it.
    pub fn put_item(&self, table: &str, item: &Value) {
        let _put = self.dynamodb("PutItem", json!({"TableName": table, "Item": item}));
    }

    /// Returns a secret's text, if it exists.
    #[must_use]
    pub fn secret(&self, name: &str) -> Option<String> {
        locked(&self.state.secrets).get(name).cloned()
    }

    /// Stores a secret without recording it.
    pub fn put_secret(&self, name: &str, text: &Value) {
        locked(&self.state.secrets).insert(name.to_owned(), text.to_string());
    }
}

/// Environment variables of a function, as the template sets them.
fn variables() -> BTreeMap<String, String> {
    [
        ("STAGE", "sandbox"),
        ("LOG_LEVEL", "info"),
        // Allows stores and endpoints on loopback, where tests have them.
        ("LOCAL_STACK", "true"),
        ("BROADCASTERS_TABLE", "broadcasters"),
        ("PURCHASES_TABLE", "purchases"),
        ("SUBSCRIPTIONS_TABLE", "subscriptions"),
        ("EVENTS_TABLE", "events"),
        ("VERIFICATION_QUEUE_URL", "verification"),
        ("VERIFICATION_DEAD_LETTER_QUEUE_URL", "dead-letters"),
        ("FANOUT_DEAD_LETTER_QUEUE_URL", "fanout-dead-letters"),
        (
            "TOPIC_ARN_PREFIX",
            "arn:aws:sns:us-east-1:123456789012:in-process-",
        ),
        ("SECRET_PREFIX", "in-process/"),
        ("RESOURCE_PREFIX", "in-process-"),
        (
            "QUEUE_ARN_PREFIX",
            "arn:aws:sqs:us-east-1:123456789012:in-process-",
        ),
        // Empty, as CloudFormation sets a parameter that was left out.
        ("ALARM_TOPIC_ARN", ""),
        ("LOG_FINGERPRINT_SECRET", FINGERPRINT_SECRET),
        ("SUBMISSIONS_PER_HOUR", "60"),
        ("FAILED_CLAIMS_PER_HOUR", "20"),
        ("BROADCASTER_FAILED_CLAIMS_PER_HOUR", "1000"),
        // Tests see each change of the configuration at once; those of the cache set it.
        ("CONFIGURATION_CACHE_SECONDS", "0"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into()
}

async fn answer(
    State(state): State<Arc<Services>>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let answer = services::answer(&state, &uri, &headers, &body);
    if state.calls.dies_now() {
        // The call was carried out, but its caller is gone before the answer arrives.
        std::future::pending::<()>().await;
    }
    answer.map(Body::from)
}
