//! The event: who submits how many purchases, and when.

use std::fmt;
use std::time::Duration;

use cloud::broadcasters::{Broadcasters, Profile, TokenRecord};
use cloud::token::PublisherToken;
use domain::{BroadcasterId, BroadcasterSettings, Offer, OfferId, Store};
use in_process_aws::{InProcessAws, OFFER, PRODUCT};
use lambda_runtime::LambdaEvent;
use purchase_intake::Intake;
use reconciliation::Reconciliation;
use serde_json::{Value, json};
use tokio::time::{Instant, sleep_until};

use crate::consumers::{Consumers, QUEUE, Scaling, context};
use crate::outcomes::Outcomes;
use crate::store;

/// Number of the other broadcasters.
const OTHERS: usize = 49;

/// Size of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// Purchases of the broadcaster with the event.
    of_event: usize,
    /// Purchases of each other broadcaster.
    of_each_other: usize,
    /// Time in which they are submitted, evenly.
    within: Duration,
}

impl Size {
    /// This number of purchases within a minute, and 20 of each of the others.
    pub const fn of_a_minute(of_event: usize) -> Self {
        Self {
            of_event,
            of_each_other: 20,
            within: Duration::from_mins(1),
        }
    }

    /// More than is verified meanwhile, in a few seconds of computing.
    pub const SMALL: Self = Self {
        of_event: 600,
        of_each_other: 4,
        within: Duration::from_secs(12),
    };
}

/// Event to be simulated.
#[derive(Debug, Clone, Copy)]
pub struct Event {
    size: Size,
    fair: bool,
    scaling: Scaling,
}

/// Submission of a purchase.
struct Submission {
    after: Duration,
    broadcaster: usize,
    number: usize,
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (event, others) = (self.size.of_event, self.size.of_each_other);
        write!(f, "{event} purchases and {OTHERS} x {others}")?;
        if !self.fair {
            f.write_str(", one group")?;
        }
        if self.scaling == Scaling::WARM {
            f.write_str(", scaled up")?;
        }
        Ok(())
    }
}

impl Event {
    pub fn new(size: Size) -> Self {
        Self {
            size,
            fair: true,
            scaling: Scaling::COLD,
        }
    }

    /// The same day without the event.
    pub fn quiet(mut self) -> Self {
        self.size.of_event = 0;
        self
    }

    /// With all messages in one group of the queue.
    pub fn in_one_group(mut self) -> Self {
        self.fair = false;
        self
    }

    pub fn scaled(mut self, scaling: Scaling) -> Self {
        self.scaling = scaling;
        self
    }

    /// Simulates it until every message has ended.
    pub async fn run(self) -> Outcomes {
        cloud::clock::simulated::begin(cloud::clock::now());
        let aws = InProcessAws::start().await;
        let store_url = store::start().await;
        for broadcaster in 0..=OTHERS {
            add(&aws, broadcaster, &store_url).await;
        }
        aws.stop_recording();
        aws.configure_queue(QUEUE, |settings| settings.fair = self.fair);
        let submissions = self.submissions();
        let made = submissions.len();
        let submissions = tokio::task::spawn_local(submit(aws.clone(), submissions));
        let schedule = tokio::task::spawn_local(reconcile(aws.clone()));
        Consumers::new(&aws, self.scaling).run(&submissions).await;
        submissions.await.unwrap();
        schedule.abort();
        Outcomes::of(&aws, made)
    }

    /// All submissions in order, those of each broadcaster evenly over the time.
    fn submissions(self) -> Vec<Submission> {
        let within = self.size.within;
        let of = move |broadcaster: usize, count: usize| {
            // Not all of the others at the same moments.
            let share = move |number: usize| {
                let offset = f64::from(u32::try_from(broadcaster).unwrap()) / 50.0;
                let number = f64::from(u32::try_from(number).unwrap());
                (number + offset) / f64::from(u32::try_from(count).unwrap())
            };
            (0..count).map(move |number| Submission {
                after: within.mul_f64(share(number)),
                broadcaster,
                number,
            })
        };
        let mut all: Vec<Submission> = of(0, self.size.of_event).collect();
        all.extend((1..=OTHERS).flat_map(|other| of(other, self.size.of_each_other)));
        all.sort_by_key(|submission| submission.after);
        all
    }
}

/// Submits purchases at their times.
async fn submit(aws: InProcessAws, submissions: Vec<Submission>) {
    let intake = Intake::from_environment(&aws.direct()).unwrap();
    let template = in_process_aws::event("purchase-intake/post-purchase-validation");
    let start = Instant::now();
    for (position, submission) in submissions.iter().enumerate() {
        sleep_until(start + submission.after).await;
        let request = in_process_aws::request(&request(&template, position, submission));
        let answer = intake.handle(&request).await;
        assert_eq!(answer.status(), 202, "{:?}", answer.body());
    }
}

fn request(template: &Value, position: usize, submission: &Submission) -> Value {
    let (broadcaster, number) = (submission.broadcaster, submission.number);
    let kind = if broadcaster == 0 {
        store::OF_EVENT
    } else {
        "-"
    };
    let purchase = format!("vzs-{broadcaster}{kind}{number}");
    let mut request = template.clone();
    let id = uuid::Uuid::from_u128(u128::try_from(position).unwrap() + 1);
    let headers = &mut request["headers"];
    headers["correlation-id"] = json!(id.to_string());
    headers["x-publisher-token"] = json!(token(broadcaster));
    let now = cloud::clock::now().as_millisecond();
    request["requestContext"]["timeEpoch"] = json!(now);
    let body = json!({"customerId": format!("customer-{number}"), "subscriptionId": purchase});
    request["body"] = json!(body.to_string());
    request
}

/// Runs the schedule each minute.
async fn reconcile(aws: InProcessAws) {
    let function = Reconciliation::from_environment(&aws.direct()).unwrap();
    loop {
        tokio::time::sleep(Duration::from_mins(1)).await;
        let queued = function.handle(LambdaEvent::new(Value::Null, context(30)));
        let queued = queued.await.unwrap();
        eprintln!("the schedule queued {queued:?}");
    }
}

fn token(broadcaster: usize) -> String {
    format!("synthetic-publisher-token-for-tests-{broadcaster:012}")
}

/// Adds a broadcaster with a token, an offer, and the store.
async fn add(aws: &InProcessAws, broadcaster: usize, store_url: &str) {
    let table = Broadcasters::from_environment(&aws.direct()).unwrap();
    let name = format!("7001002{broadcaster:02}");
    let id = BroadcasterId::new(&name).unwrap();
    let profile = Profile {
        broadcaster_id: id.clone(),
        name: name.clone(),
        settings: BroadcasterSettings::default(),
        created_at: jiff::Timestamp::UNIX_EPOCH,
    };
    table.put_profile(&profile).await.unwrap();
    let token = TokenRecord {
        name: "server".to_owned(),
        hash: PublisherToken::received(&token(broadcaster))
            .unwrap()
            .hash(),
        issued_at: jiff::Timestamp::UNIX_EPOCH,
        expires_at: None,
    };
    assert!(table.put_token(&id, &token).await.unwrap());
    let offer = Offer {
        offer_id: OfferId::new(OFFER).unwrap(),
        title: "Symphony Monthly".to_owned(),
        package_name: "Symphony Monthly".to_owned(),
        tags: std::collections::BTreeSet::new(),
        trial: None,
        rental: None,
        price: None,
        product_ids: [(Store::Vizio, PRODUCT.to_owned())].into(),
    };
    table.put_offer(&id, &offer).await.unwrap().unwrap();
    let credentials = json!({
        "apiKey": in_process_aws::API_KEY,
        "partnerId": "vizio_partner_demo_inc",
        "signingKeys": [in_process_aws::SIGNING_KEY],
        "apiBaseUrl": store_url,
        "timeoutSeconds": 10,
        "fetchGiveUpAfterSeconds": 3600,
    });
    aws.put_secret(&format!("in-process/{name}/vizio"), &credentials);
}
