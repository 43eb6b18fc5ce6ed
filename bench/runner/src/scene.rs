//! Surroundings of the measured programs: AWS, a store, a broadcaster with submissions, events.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use cloud::purchases::{Purchases, Submission};
use cloud::queue::{Verification, VerificationCause};
use domain::{BroadcasterId, CorrelationId, CustomerId, Locator, PurchaseKey, Store};
use in_process_aws::{BROADCASTER, CUSTOMER, InProcessAws, event};
use jiff::Timestamp;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::program::Program;
use crate::stub_aws::StubAws;
use crate::stub_store::StubStore;

/// Largest batch of the verification queue.
pub const BATCH: usize = 10;

/// Function that does nothing, which the others are compared with.
pub const EMPTY: &str = "empty-handler";

/// Function that records submissions. It has peers.
pub const INTAKE: &str = "purchase-intake";

/// Function that verifies purchases. It has peers.
pub const VERIFICATION: &str = "store-verification";

/// Function that publishes events.
pub const FANOUT: &str = "beacon-fanout";

/// Functions with one of their invocation events. The event of [`VERIFICATION`] is made.
const FUNCTIONS: [(&str, &str); 8] = [
    (INTAKE, "post-purchase-validation-as-customer"),
    ("store-notifications", "post-notification"),
    ("reconciliation", "schedule"),
    (FANOUT, "subscriptions-stream"),
    ("redelivery", "schedule"),
    ("customer-api", "get-entitlements"),
    ("broadcaster-api", "get-offers"),
    ("operator", "list-tokens"),
];

/// Environment variables that the template sets for functions.
const VARIABLES: [&str; 19] = [
    "STAGE",
    "LOG_LEVEL",
    "LOCAL_STACK",
    "BROADCASTERS_TABLE",
    "PURCHASES_TABLE",
    "SUBSCRIPTIONS_TABLE",
    "EVENTS_TABLE",
    "VERIFICATION_QUEUE_URL",
    "VERIFICATION_DEAD_LETTER_QUEUE_URL",
    "FANOUT_DEAD_LETTER_QUEUE_URL",
    "TOPIC_ARN_PREFIX",
    "SECRET_PREFIX",
    "RESOURCE_PREFIX",
    "QUEUE_ARN_PREFIX",
    "ALARM_TOPIC_ARN",
    "LOG_FINGERPRINT_SECRET",
    "SUBMISSIONS_PER_HOUR",
    "FAILED_CLAIMS_PER_HOUR",
    "BROADCASTER_FAILED_CLAIMS_PER_HOUR",
];

/// Surroundings of the measured programs.
pub struct Scene {
    /// AWS.
    pub aws: StubAws,
    /// Store of the verifications.
    pub store: StubStore,
    variables: BTreeMap<String, String>,
    /// Messages of the verification queue, one for each of [`BATCH`] purchases.
    messages: Vec<Value>,
}

impl Scene {
    /// Starts the stubs and writes the broadcaster and its pending submissions.
    ///
    /// # Errors
    /// If something can't be started or written.
    pub async fn start() -> anyhow::Result<Self> {
        let store = StubStore::start().await?;
        let filled = InProcessAws::start().await;
        filled.seed(&store.url).await;
        filled.seed_endpoints().await;
        let environment = filled.aws();
        let purchases = Purchases::from_environment(&environment)?;
        let mut messages = Vec::new();
        for number in 0..BATCH {
            let submission = submission(number)?;
            purchases.submit(&submission).await?;
            messages.push(message(number, submission)?);
        }
        let given = VARIABLES.into_iter().filter_map(|name| {
            let value = environment.optional(name)?;
            Some((name.to_owned(), value))
        });
        let mut variables: BTreeMap<String, String> = given.collect();
        let aws = StubAws::start(filled).await?;
        let queue = format!("{}/123456789012/verification", aws.url);
        let added = [
            // The name alone is no address, which the SDKs of other languages take it for.
            ("VERIFICATION_QUEUE_URL", queue.as_str()),
            ("AWS_ENDPOINT_URL", aws.url.as_str()),
            ("AWS_REGION", "us-east-1"),
            ("AWS_DEFAULT_REGION", "us-east-1"),
            ("AWS_ACCESS_KEY_ID", "bench"),
            ("AWS_SECRET_ACCESS_KEY", "bench"),
            ("AWS_SESSION_TOKEN", "bench"),
            ("AWS_LAMBDA_FUNCTION_NAME", "bench"),
            ("AWS_LAMBDA_FUNCTION_VERSION", "1"),
            ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256"),
            ("AWS_LAMBDA_LOG_GROUP_NAME", "bench"),
            ("AWS_LAMBDA_LOG_STREAM_NAME", "bench"),
            ("METRICS_NAMESPACE", "PurchaseBeacon/bench"),
        ];
        variables.extend(added.map(|(name, value)| (name.to_owned(), value.to_owned())));
        Ok(Self {
            aws,
            store,
            variables,
            messages,
        })
    }

    /// Returns an event with this number of verifications.
    pub fn batch(&self, size: usize) -> String {
        let records: Vec<&Value> = self.messages.iter().take(size).collect();
        json!({ "Records": records }).to_string()
    }

    /// Returns the event of a function or of its peer.
    fn event(&self, function: &str) -> String {
        let of_file = FUNCTIONS.iter().find(|(name, _)| *name == function);
        match of_file {
            Some((name, file)) => event(&format!("{name}/{file}")).to_string(),
            None if function == VERIFICATION => self.batch(1),
            None => "{}".to_owned(),
        }
    }

    /// Returns the programs of the functions in a folder, the empty one first.
    pub fn functions(&self, folder: &Path) -> Vec<Program> {
        let others = FUNCTIONS.iter().map(|(name, _)| *name);
        let all = [EMPTY, VERIFICATION].into_iter().chain(others);
        all.map(|name| self.program(name, name, vec![folder.join(name)]))
            .collect()
    }

    /// Returns a program that does the work of a function.
    pub fn program(&self, name: &str, function: &str, command: Vec<PathBuf>) -> Program {
        let variables = self.variables.iter();
        Program {
            name: name.to_owned(),
            command,
            event: self.event(function),
            variables: variables
                .map(|(name, value)| (name.clone(), value.clone()))
                .collect(),
        }
    }
}

fn submission(number: usize) -> anyhow::Result<Submission> {
    let id = format!("vzs-{:08}", 88_120_000 + number);
    Ok(Submission {
        broadcaster_id: BroadcasterId::new(BROADCASTER)?,
        store: Store::Vizio,
        locator: Locator {
            key: PurchaseKey::new(id.as_str())
                .ok()
                .context("no purchase key")?,
            details: [("subscriptionId".to_owned(), id)].into(),
        },
        customer_id: CustomerId::new(CUSTOMER)?,
        correlation_id: CorrelationId(Uuid::new_v4()),
        submitted_at: Timestamp::now(),
        deferrals: 0,
        offer_id: None,
        coupon_code: None,
        proof: None,
        outcome: None,
    })
}

fn message(number: usize, submission: Submission) -> anyhow::Result<Value> {
    let cause = VerificationCause::Claim {
        correlation_id: submission.correlation_id,
        customer_id: submission.customer_id,
    };
    let verification = Verification::new(
        submission.broadcaster_id,
        submission.store,
        submission.locator,
        cause,
        submission.submitted_at,
    );
    Ok(json!({
        "messageId": format!("m{number}"),
        "receiptHandle": format!("r{number}"),
        "body": serde_json::to_string(&verification)?,
        "attributes": {"ApproximateReceiveCount": "1"},
        "messageAttributes": {},
        "eventSource": "aws:sqs",
        "awsRegion": "us-east-1",
    }))
}
