//! Lambda as the consumer of the verification queue: how many batches it has verified at a time.

use std::sync::Arc;
use std::time::Duration;

use domain::Timestamp;
use in_process_aws::{Batch, InProcessAws};
use lambda_runtime::{Context, LambdaEvent};
use store_verification::Verifier;
use tokio::task::JoinSet;
use tokio::time::Instant;

/// Queue of the function.
pub const QUEUE: &str = "verification";

/// `BatchSize` in the template.
const BATCH: usize = 10;

/// `VerificationConcurrency` in the template.
const MOST_AT_ONCE: usize = 400;

/// Interval at which free capacity is offered to the queue.
const POLL: Duration = Duration::from_millis(10);

/// How the number of batches at a time grows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scaling {
    first: usize,
    more_each_minute: u32,
}

impl Scaling {
    /// As Lambda documents it for a queue that was idle: five batches at first, and while messages
    /// are waiting 300 more each minute
    /// (<https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html>).
    pub const COLD: Self = Self {
        first: 5,
        more_each_minute: 300,
    };

    /// All that the template allows, from the beginning on.
    pub const WARM: Self = Self {
        first: MOST_AT_ONCE,
        more_each_minute: 0,
    };
}

/// Consumers of the queue.
pub struct Consumers {
    aws: InProcessAws,
    scaling: Scaling,
    /// Execution environments that are idle, each with its own connections, caches and breakers.
    idle: Vec<Arc<Verifier>>,
    running: JoinSet<Arc<Verifier>>,
    allowed: usize,
    grown_at: Instant,
}

impl Consumers {
    pub fn new(aws: &InProcessAws, scaling: Scaling) -> Self {
        Self {
            aws: aws.clone(),
            scaling,
            idle: Vec::new(),
            running: JoinSet::new(),
            allowed: scaling.first,
            grown_at: Instant::now(),
        }
    }

    /// Verifies until all of `submissions` are made and the queue is empty.
    pub async fn run(&mut self, submissions: &tokio::task::JoinHandle<()>) {
        loop {
            tokio::time::sleep(POLL).await;
            while let Some(ended) = self.running.try_join_next() {
                self.idle.push(ended.unwrap());
            }
            self.invoke();
            let is_empty = self.aws.message_counts(QUEUE) == [0, 0, 0];
            if submissions.is_finished() && is_empty && self.running.is_empty() {
                return;
            }
        }
    }

    fn invoke(&mut self) {
        self.grow();
        while self.running.len() < self.allowed
            && let Some(batch) = self.aws.receive(QUEUE, BATCH)
        {
            let aws = self.aws.clone();
            let environment = self.idle.pop();
            let verifier = environment
                .unwrap_or_else(|| Arc::new(Verifier::from_environment(&aws.direct()).unwrap()));
            self.running.spawn_local(async move {
                verify(&aws, &verifier, &batch).await;
                verifier
            });
        }
        if self.aws.message_counts(QUEUE)[0] == 0 {
            self.grown_at = Instant::now();
        }
    }

    /// Adds what Lambda has added since messages last waited although all consumers were busy.
    fn grow(&mut self) {
        if self.scaling.more_each_minute == 0 {
            return;
        }
        let interval = Duration::from_mins(1) / self.scaling.more_each_minute;
        while self.grown_at.elapsed() >= interval && self.allowed < MOST_AT_ONCE {
            self.grown_at += interval;
            self.allowed += 1;
        }
    }
}

async fn verify(aws: &InProcessAws, verifier: &Verifier, batch: &Batch) {
    let event = serde_json::from_value(batch.event.clone()).unwrap();
    let answer = verifier.handle(LambdaEvent::new(event, context(30)));
    let failed = answer.await.unwrap().batch_item_failures.into_iter();
    let failed: Vec<String> = failed.map(|failure| failure.item_identifier).collect();
    aws.end(batch, &failed);
}

/// Context of an invocation that may take so many seconds.
pub fn context(seconds: i64) -> Context {
    let ends_at: Timestamp = cloud::clock::now() + jiff::SignedDuration::from_secs(seconds);
    let mut context = Context::default();
    context.deadline = u64::try_from(ends_at.as_millisecond()).unwrap();
    context
}
