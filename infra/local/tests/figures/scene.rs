//! The functions on an AWS in this process, with the simulated Google Play.

use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use aws_lambda_events::event::dynamodb::Event as StreamEvent;
use aws_lambda_events::event::sqs::SqsEvent;
use axum::Router;
use axum::extract::State;
use axum::http::HeaderMap;
use beacon_fanout::Fanout;
use cloud::broadcasters::Broadcasters;
use customer_api::CustomerApi;
use domain::{BroadcasterId, BroadcasterSettings, Offer, OfferId, Price, Store};
use in_process_aws::{BROADCASTER, Call, InProcessAws, Logs, OFFER, event, request};
use lambda_runtime::{Context, LambdaEvent};
use purchase_intake::Intake;
use reconciliation::Reconciliation;
use serde_json::{Value, json};
use store_notifications::Notifications;
use store_simulator::android::model::{Action, BasePlan, NewPurchase};
use store_simulator::android::{AndroidControl, Configuration};
use store_simulator::{Control, RunningSimulator, Simulator};
use store_verification::Verifier;

use crate::counts::Step;

const PACKAGE: &str = "com.example.symphony";
const PRODUCT: &str = "symphony_monthly";
const PLAN: &str = "monthly";
const AUDIENCE: &str = "https://api.example.com/play";
const PUSH_ACCOUNT: &str = "play-push@example-prod.iam.gserviceaccount.com";

/// Push of the store: its `Authorization` and its body.
pub type Push = (String, String);

/// One warm instance of each function. Their futures are on the heap: unoptimised, they are too large
/// for a stack.
pub struct Scene {
    aws: InProcessAws,
    play: AndroidControl,
    pushes: Arc<Mutex<Vec<Push>>>,
    logs: Logs,
    intake: Intake,
    verifier: Verifier,
    fanout: Fanout,
    customer_api: CustomerApi,
    notifications: Notifications,
    reconciliation: Reconciliation,
    _simulator: RunningSimulator,
}

impl Scene {
    pub async fn start() -> Self {
        let aws = InProcessAws::start().await;
        aws.meter();
        aws.seed_with(BroadcasterSettings::default()).await;
        aws.seed_endpoints().await;
        let simulator = Simulator::start(([127, 0, 0, 1], 0).into()).await.unwrap();
        let play = Control::new(simulator.base_url()).android(PACKAGE);
        let (address, pushes) = mailbox().await;
        sell(&aws, &play, address).await;
        let environment = aws.aws_with("CONFIGURATION_CACHE_SECONDS", "60");
        Self {
            intake: Intake::from_environment(&environment).unwrap(),
            verifier: Verifier::from_environment(&environment).unwrap(),
            fanout: Fanout::from_environment(&environment).unwrap(),
            customer_api: CustomerApi::from_environment(&environment).unwrap(),
            notifications: Notifications::from_environment(&environment).unwrap(),
            reconciliation: Reconciliation::from_environment(&environment).unwrap(),
            logs: Logs::collect("info"),
            aws,
            play,
            pushes,
            _simulator: simulator,
        }
    }

    /// A customer buys at the store. Returns the store's notification.
    pub async fn buys(&self, token: &str) -> Push {
        let wanted = NewPurchase::of(PRODUCT, PLAN).with_token(token);
        self.play.buy(&wanted).await.unwrap();
        self.pushed().await
    }

    /// The next period begins and is paid. Returns the store's notification.
    pub async fn renews(&self, token: &str) -> Push {
        self.play.plainly(token, Action::Renew).await.unwrap();
        self.pushed().await
    }

    async fn pushed(&self) -> Push {
        self.play.flush(Duration::from_secs(10)).await.unwrap();
        let mut pushes = self.pushes.lock().unwrap();
        assert_eq!(pushes.len(), 1, "one notification for each change");
        pushes.remove(0)
    }

    /// The app submits a purchase. Returns what is queued.
    pub async fn submits(&self, token: &str, correlation: &str) -> (Step, Vec<Value>) {
        let mut submission = event("purchase-intake/post-purchase-validation-as-customer");
        submission["rawPath"] = json!("/android/purchase-validation");
        submission["pathParameters"]["store"] = json!("android");
        submission["headers"]["correlation-id"] = json!(correlation);
        let body = json!({"packageName": PACKAGE, "purchaseToken": token});
        submission["body"] = json!(body.to_string());
        let request = request(&submission);
        let answer = Box::pin(self.intake.handle(&request)).await;
        assert_eq!(answer.status(), 202, "{:?}", answer.body());
        self.queued("purchase-intake", true)
    }

    /// The app asks for the status of its submission.
    pub async fn polls(&self, correlation: &str, expected: &str) -> Step {
        let mut poll = event("customer-api/get-purchase-status");
        poll["rawPath"] = json!("/android/purchase-status");
        poll["pathParameters"]["store"] = json!("android");
        poll["rawQueryString"] = json!(format!("correlationId={correlation}"));
        poll["queryStringParameters"]["correlationId"] = json!(correlation);
        let request = request(&poll);
        let answer = Box::pin(self.customer_api.handle(&request)).await;
        let body: Value = serde_json::from_slice(answer.body()).unwrap();
        assert_eq!(body["status"], expected, "{body}");
        self.step("customer-api", true).0
    }

    /// The store's notification arrives. Returns what is queued.
    pub async fn notified(&self, (authorization, body): Push) -> (Step, Vec<Value>) {
        let mut push = event("store-notifications/post-status-update-notification");
        push["headers"]["authorization"] = json!(authorization);
        push["body"] = json!(body);
        let request = request(&push);
        let answer = Box::pin(self.notifications.handle(&request)).await;
        assert_eq!(answer.status(), 200, "{:?}", answer.body());
        self.queued("store-notifications", true)
    }

    /// A run of the schedule. Returns what is queued.
    pub async fn scheduled(&self) -> (Step, Vec<Value>) {
        let schedule = LambdaEvent::new(event("reconciliation/schedule"), in_a_minute());
        Box::pin(self.reconciliation.handle(schedule))
            .await
            .unwrap();
        self.queued("reconciliation", false)
    }

    /// Makes the checks of all purchases due, as if their time had come, and all in one shard: with
    /// much load, what is due in a shard fills batches.
    pub fn falls_due(&self) {
        for item in self.aws.items("subscriptions") {
            if item.get("due_at").is_some() {
                let mut due = item.clone();
                due["due_at"] = json!({"S": "2026-01-01T00:00:00.000Z"});
                due["due_shard"] = json!({"S": "due-00"});
                self.aws.put_item("subscriptions", &due);
            }
        }
    }

    /// Messages of the queue are verified in one batch. Returns what the streams show of each table.
    pub async fn verified(&self, messages: &[Value]) -> (Step, Vec<StreamEvent>) {
        let record = |(number, message): (usize, &Value)| {
            json!({
                "messageId": number.to_string(), "receiptHandle": number.to_string(),
                "body": message.to_string(),
                "attributes": {"ApproximateReceiveCount": "1"}, "eventSource": "aws:sqs",
            })
        };
        let records: Vec<_> = messages.iter().enumerate().map(record).collect();
        let batch: SqsEvent = serde_json::from_value(json!({"Records": records})).unwrap();
        // Until the turns that the purchase before has reserved under the store's rate limit are lost:
        // otherwise the time that the tests take would decide whether new ones are counted.
        tokio::time::sleep(Duration::from_millis(1_250)).await;
        let event = LambdaEvent::new(batch, in_a_minute());
        let answer = Box::pin(self.verifier.handle(event)).await.unwrap();
        assert!(answer.batch_item_failures.is_empty());
        let (mut step, calls) = self.step("store-verification", false);
        step.received_batch();
        let streams = ["purchases", "subscriptions"];
        let streams = streams.iter().filter_map(|table| stream(table, &calls));
        (step, streams.collect())
    }

    /// A batch of a stream is announced.
    pub async fn announced(&self, batch: StreamEvent) -> Step {
        let event = LambdaEvent::new(batch, in_a_minute());
        let answer = Box::pin(self.fanout.handle(event)).await.unwrap();
        assert!(answer.batch_item_failures.is_empty());
        self.step("beacon-fanout", false).0
    }

    fn queued(&self, function: &'static str, request: bool) -> (Step, Vec<Value>) {
        let queued = self.aws.sent("verification");
        (self.step(function, request).0, queued)
    }

    /// What one call of a function came to, since the last step.
    fn step(&self, function: &'static str, request: bool) -> (Step, Vec<Call>) {
        let calls = self.aws.calls();
        self.aws.forget_calls();
        let lines = self.logs.take();
        (Step::of(function, request, &calls, &lines), calls)
    }

    /// Items of a table.
    pub fn items(&self, table: &str) -> Vec<Value> {
        self.aws.items(table)
    }
}

/// Lists the product at the simulated store, and configures the store for the broadcaster.
async fn sell(aws: &InProcessAws, play: &AndroidControl, address: String) {
    let registration = Configuration {
        plans: vec![BasePlan::monthly(PRODUCT, PLAN, "8.99", "USD")],
        notification_url: Some(address),
        push_audience: AUDIENCE.to_owned(),
        push_email: PUSH_ACCOUNT.to_owned(),
        ..Configuration::default()
    };
    play.configure(&registration).await.unwrap();
    let config = json!({
        "serviceAccount": play.service_account().await.unwrap(),
        "packageNames": [PACKAGE],
        "pushAudience": AUDIENCE,
        "pushServiceAccount": PUSH_ACCOUNT,
        // No message of a full batch has to wait for a turn in another one.
        "requestsPerSecond": 100,
        "apiBaseUrl": play.base_url(),
        "keysUrl": play.certs_url(),
    });
    aws.put_secret(&format!("in-process/{BROADCASTER}/android"), &config);
    let offer = Offer {
        offer_id: OfferId::new(OFFER).unwrap(),
        title: "Symphony Monthly".to_owned(),
        package_name: "Symphony Monthly".to_owned(),
        tags: ["symphony".to_owned()].into(),
        trial: None,
        rental: None,
        price: Some(Price {
            currency: "USD".to_owned(),
            amount_micros: 8_990_000,
        }),
        product_ids: [(Store::Android, PRODUCT.to_owned())].into(),
    };
    let broadcasters = Broadcasters::from_environment(&aws.aws()).unwrap();
    let broadcaster = BroadcasterId::new(BROADCASTER).unwrap();
    let put = broadcasters.put_offer(&broadcaster, &offer).await;
    assert_eq!(put.unwrap(), Ok(()));
    aws.forget_calls();
}

/// Starts a server that keeps the store's pushes. Returns its address.
async fn mailbox() -> (String, Arc<Mutex<Vec<Push>>>) {
    let pushes = Arc::new(Mutex::new(Vec::new()));
    let router = Router::new().fallback(keep).with_state(Arc::clone(&pushes));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    (address, pushes)
}

async fn keep(State(pushes): State<Arc<Mutex<Vec<Push>>>>, headers: HeaderMap, body: String) {
    let authorization = headers["authorization"].to_str().unwrap().to_owned();
    pushes.lock().unwrap().push((authorization, body));
}

/// Builds the batch of a table's stream that the filter of the event source lets through.
fn stream(table: &str, calls: &[Call]) -> Option<StreamEvent> {
    let images = calls.iter().flat_map(|call| &call.images);
    let announced =
        images.filter(|image| image.table == table && image.item["announce"]["BOOL"] == true);
    let records: Vec<Value> = announced
        .enumerate()
        .map(|(number, image)| {
            json!({
                "eventID": number.to_string(), "eventName": "MODIFY", "eventVersion": "1.1",
                "eventSource": "aws:dynamodb", "awsRegion": "us-east-1",
                "dynamodb": {
                    "Keys": {"pk": image.item["pk"]}, "NewImage": image.item,
                    "SequenceNumber": (100 + number).to_string(), "SizeBytes": 1000, "StreamViewType": "NEW_IMAGE",
                },
            })
        })
        .collect();
    if records.is_empty() {
        return None;
    }
    Some(serde_json::from_value(json!({"Records": records})).unwrap())
}

fn in_a_minute() -> Context {
    let deadline = SystemTime::now() + Duration::from_secs(60);
    let deadline = deadline.duration_since(SystemTime::UNIX_EPOCH).unwrap();
    let mut context = Context::default();
    context.deadline = u64::try_from(deadline.as_millis()).unwrap();
    context
}
