//! Delivery of one partner's notifications: signed by the store, retried, and with the configured
//! faults.
//!
//! Without faults the notifications of one subscription arrive in order, those of different
//! subscriptions concurrently.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use jiff::Timestamp;
use tokio::{
    sync::{Semaphore, oneshot, watch},
    time::{sleep, timeout},
};

use crate::{
    delivery::{Attempt, DeliveryRecord, Outcome},
    faults::DeliveryFaults,
    random::Random,
};

const AT_ONCE: usize = 16;
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(10);
const FIRST_BACKOFF: Duration = Duration::from_millis(200);
const LONGEST_BACKOFF: Duration = Duration::from_secs(60);
const DEFAULT_WINDOW_MILLIS: u64 = 250;

/// Store-specific rules for delivering notifications.
pub(crate) trait Addressing: Send + Sync {
    /// Returns the address and the headers, signature included, for this body at this moment.
    /// `None` when the partner has no address.
    fn address(&self, body: &[u8]) -> Option<Addressed>;

    /// Returns the maximum number of attempts per delivery.
    fn attempts(&self) -> u32;

    /// Returns the delay before the second attempt.
    fn first_backoff(&self) -> Duration {
        FIRST_BACKOFF
    }

    /// Returns the factor by which the delay grows with each further attempt.
    fn backoff_growth(&self) -> u32 {
        2
    }

    /// Returns the time after which an attempt counts as unanswered.
    fn time_limit(&self) -> Duration {
        ATTEMPT_TIMEOUT
    }

    /// Classifies a response by its status.
    fn judge(&self, status: u16) -> Verdict {
        match status {
            200..300 => Verdict::Accepted,
            429 | 500.. => Verdict::Again,
            _ => Verdict::Refused,
        }
    }

    /// Returns the text that the response must contain, with its length in the headers, to be
    /// accepted. If it differs, the notification is sent again. Most stores do not check the body.
    fn expected_answer(&self, _body: &[u8]) -> Option<String> {
        None
    }

    /// Returns the body of a further copy, where it differs from that of the first one.
    fn copy(&self, _body: &[u8], _copy: u32) -> Option<Vec<u8>> {
        None
    }
}

/// Consequence of a response to a notification.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    Accepted,
    Refused,
    Again,
}

pub(crate) struct Addressed {
    pub(crate) url: String,
    pub(crate) headers: Vec<(String, String)>,
}

pub(crate) struct Notification {
    pub(crate) notification_id: String,
    pub(crate) event_type: String,
    pub(crate) subscription_id: Option<String>,
    pub(crate) body: Vec<u8>,
    /// Headers that replace the store's own of the same name; `None` removes one.
    pub(crate) headers: Vec<(String, Option<String>)>,
}

pub(crate) struct Outbox {
    http: reqwest::Client,
    addressing: Arc<dyn Addressing>,
    state: Mutex<State>,
    outstanding: watch::Sender<usize>,
    permits: Semaphore,
}

struct State {
    faults: DeliveryFaults,
    random: Random,
    held: Vec<Job>,
    window_open: bool,
    lanes: HashMap<String, oneshot::Receiver<()>>,
    records: Vec<DeliveryRecord>,
}

struct Job {
    record: usize,
    lane: String,
    body: Arc<[u8]>,
    headers: Arc<[(String, Option<String>)]>,
    corrupt: bool,
}

impl Job {
    fn with_own_headers(&self, stores: Vec<(String, String)>) -> Vec<(String, String)> {
        let own = |name: &str| self.headers.iter().any(|(other, _)| other == name);
        let mut headers: Vec<_> = stores.into_iter().filter(|(name, _)| !own(name)).collect();
        let given = self.headers.iter().cloned();
        headers.extend(given.filter_map(|(name, value)| Some((name, value?))));
        headers
    }
}

impl Outbox {
    pub(crate) fn new(http: reqwest::Client, addressing: Arc<dyn Addressing>) -> Arc<Self> {
        Arc::new(Self {
            http,
            addressing,
            state: Mutex::new(State {
                faults: DeliveryFaults::default(),
                random: Random::seeded(0),
                held: Vec::new(),
                window_open: false,
                lanes: HashMap::new(),
                records: Vec::new(),
            }),
            outstanding: watch::Sender::new(0),
            permits: Semaphore::new(AT_ONCE),
        })
    }

    pub(crate) fn set_faults(&self, faults: DeliveryFaults, seed: u64) {
        let mut state = self.lock();
        state.faults = faults;
        state.random = Random::seeded(seed);
    }

    pub(crate) fn records(&self) -> Vec<DeliveryRecord> {
        self.lock().records.clone()
    }

    /// Queues a notification and returns at once.
    pub(crate) fn send(self: &Arc<Self>, notification: Notification) {
        let mut state = self.lock();
        let faults = state.faults.clone();
        let body: Arc<[u8]> = notification.body.into();
        let headers: Arc<[_]> = notification.headers.into();
        let mut record = DeliveryRecord {
            notification_id: notification.notification_id,
            event_type: notification.event_type,
            subscription_id: notification.subscription_id,
            copy: 0,
            corrupted: false,
            outcome: Outcome::Dropped,
            attempts: Vec::new(),
        };
        if faults.drop.draw(&mut state.random) {
            state.records.push(record);
            return;
        }
        record.outcome = Outcome::Pending;
        for copy in 0..=faults.duplicate {
            record.copy = copy;
            record.corrupted = faults.corrupt.draw(&mut state.random);
            let job = Job {
                record: state.records.len(),
                lane: record.subscription_id.clone().unwrap_or_default(),
                body: self.body_of_copy(&body, &headers, copy),
                headers: Arc::clone(&headers),
                corrupt: record.corrupted,
            };
            state.records.push(record.clone());
            self.outstanding.send_modify(|count| *count += 1);
            if faults.reorder {
                state.held.push(job);
            } else {
                self.dispatch(&mut state, job);
            }
        }
        if faults.reorder && !state.window_open {
            state.window_open = true;
            let window =
                Duration::from_millis(faults.window_millis.unwrap_or(DEFAULT_WINDOW_MILLIS));
            let outbox = Arc::clone(self);
            tokio::spawn(async move {
                sleep(window).await;
                outbox.release();
            });
        }
    }

    /// Returns the body of a copy. A notification with its own headers is the same in all copies,
    /// because the headers may contain its signature.
    fn body_of_copy(
        &self,
        body: &Arc<[u8]>,
        headers: &[(String, Option<String>)],
        copy: u32,
    ) -> Arc<[u8]> {
        let differs = copy > 0 && headers.is_empty();
        let other = differs.then(|| self.addressing.copy(body, copy)).flatten();
        other.map_or_else(|| Arc::clone(body), Into::into)
    }

    /// Waits until no delivery is in progress, or until `limit` has passed.
    pub(crate) async fn settle(&self, limit: Duration) {
        let mut outstanding = self.outstanding.subscribe();
        let _ = timeout(limit, outstanding.wait_for(|count| *count == 0)).await;
    }

    /// Sends the notifications that are held back.
    pub(crate) fn release(self: &Arc<Self>) {
        let mut state = self.lock();
        state.window_open = false;
        let mut held = std::mem::take(&mut state.held);
        state.random.shuffle(&mut held);
        for job in held {
            self.dispatch(&mut state, job);
        }
    }

    fn dispatch(self: &Arc<Self>, state: &mut State, job: Job) {
        let outbox = Arc::clone(self);
        if let Some((low, high)) = state.faults.delay_millis {
            let delay = Duration::from_millis(state.random.between(low, high));
            tokio::spawn(async move {
                sleep(delay).await;
                outbox.deliver(job).await;
            });
            return;
        }
        let (finished, next) = oneshot::channel();
        let previous = state.lanes.insert(job.lane.clone(), next);
        tokio::spawn(async move {
            if let Some(previous) = previous {
                let _ = previous.await;
            }
            outbox.deliver(job).await;
            let _ = finished.send(());
        });
    }

    async fn deliver(&self, job: Job) {
        let outcome = self.attempt_until_settled(&job).await;
        if let Some(record) = self.lock().records.get_mut(job.record) {
            record.outcome = outcome;
        }
        self.outstanding
            .send_modify(|count| *count = count.saturating_sub(1));
    }

    async fn attempt_until_settled(&self, job: &Job) -> Outcome {
        let mut backoff = self.addressing.first_backoff();
        for attempt in 1..=self.addressing.attempts().max(1) {
            if attempt > 1 {
                sleep(backoff).await;
                backoff = LONGEST_BACKOFF.min(backoff * self.addressing.backoff_growth());
            }
            let Some(addressed) = self.addressing.address(&job.body) else {
                return Outcome::Unaddressed;
            };
            match self.attempt(job, addressed).await {
                Some(Verdict::Accepted) => return Outcome::Delivered,
                Some(Verdict::Refused) => return Outcome::Refused,
                Some(Verdict::Again) | None => {}
            }
        }
        Outcome::Failed
    }

    /// Makes one attempt and classifies the response, if there is one.
    async fn attempt(&self, job: &Job, addressed: Addressed) -> Option<Verdict> {
        let Ok(_permit) = self.permits.acquire().await else {
            return None;
        };
        let (at, began) = (Timestamp::now(), Instant::now());
        let body = if job.corrupt {
            corrupted(&job.body)
        } else {
            job.body.to_vec()
        };
        let time_limit = self.addressing.time_limit();
        let mut request = self.http.post(addressed.url).timeout(time_limit);
        for (name, value) in job.with_own_headers(addressed.headers) {
            request = request.header(name, value);
        }
        let answer = request.body(body).send().await;
        let status = answer.as_ref().ok().map(|answer| answer.status().as_u16());
        let mut verdict = status.map(|status| self.addressing.judge(status));
        let error = match answer {
            Err(error) => Some(error.without_url().to_string()),
            Ok(answer) if verdict == Some(Verdict::Accepted) => {
                let expected = self.addressing.expected_answer(&job.body);
                let wrong = !contains(answer, expected).await;
                wrong.then(|| {
                    verdict = Some(Verdict::Again);
                    "the answer lacks what it must contain".to_owned()
                })
            }
            Ok(_) => None,
        };
        if let Some(record) = self.lock().records.get_mut(job.record) {
            record.attempts.push(Attempt {
                at,
                status,
                error,
                millis: u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX),
            });
        }
        verdict
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns whether a response contains the expected text, if one is expected, and states its
/// length.
async fn contains(answer: reqwest::Response, expected: Option<String>) -> bool {
    let Some(expected) = expected else {
        return true;
    };
    let length = answer.headers().get(reqwest::header::CONTENT_LENGTH);
    let length = length.and_then(|length| length.to_str().ok()?.parse().ok());
    length == Some(expected.len()) && answer.text().await.is_ok_and(|text| text == expected)
}

/// Returns the body with one bit of its middle byte changed.
fn corrupted(body: &[u8]) -> Vec<u8> {
    let mut body = body.to_vec();
    let middle = body.len() / 2;
    if let Some(byte) = body.get_mut(middle) {
        *byte ^= 1;
    }
    body
}
