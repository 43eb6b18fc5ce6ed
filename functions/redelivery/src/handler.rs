//! One call: an alarm of an endpoint's queue, or the schedule's run.

use cloud::broadcasters::Broadcasters;
use cloud::deadline::Deadline;
use cloud::journal::Journal;
use cloud::purchases::{FailingEndpoint, Purchases};
use cloud::telemetry::Metrics;
use cloud::topics::Topics;
use cloud::{Aws, CloudError, clock};
use domain::redelivery::Redelivery;
use domain::{BroadcasterId, Timestamp};
use futures::future::join_all;
use jiff::SignedDuration;
use lambda_runtime::LambdaEvent;
use serde::Serialize;
use serde_json::Value;

use crate::letters::Letters;
use crate::steps::{LEFT, Run};

/// Number of endpoints that are worked on at a time.
const AT_A_TIME: usize = 10;

/// Time for which no other run takes an endpoint: longer than the function may run.
const LEASE: SignedDuration = SignedDuration::from_mins(5);

/// Time that SNS may take to apply a new filter policy
/// (<https://docs.aws.amazon.com/sns/latest/dg/sns-subscription-filter-policies.html>).
const FILTER_POLICY_APPLIES_AFTER: SignedDuration = SignedDuration::from_mins(15);

/// The function's clients.
#[derive(Debug)]
pub struct Redeliverer {
    pub(crate) broadcasters: Broadcasters,
    pub(crate) purchases: Purchases,
    pub(crate) journal: Journal,
    pub(crate) topics: Topics,
    pub(crate) letters: Letters,
    /// Beginning of the names of the endpoints' alarms.
    alarm_prefix: String,
    pub(crate) filter_policy_applies_after: SignedDuration,
}

/// What a call has done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Endpoints of which a step was done.
    pub endpoints: usize,
    /// Messages that SNS has taken.
    pub sent: usize,
    /// Messages of replays that SNS has taken.
    pub replayed: usize,
}

impl Redeliverer {
    /// Builds the clients from the function's environment.
    ///
    /// # Errors
    /// [`CloudError::Environment`] names a variable that is missing.
    pub fn from_environment(aws: &Aws) -> Result<Self, CloudError> {
        Ok(Self {
            broadcasters: Broadcasters::from_environment(aws)?,
            purchases: Purchases::from_environment(aws)?,
            journal: Journal::from_environment(aws)?,
            topics: Topics::from_environment(aws)?,
            letters: Letters { client: aws.sqs() },
            alarm_prefix: format!("{}endpoint-", aws.required("RESOURCE_PREFIX")?),
            // The local SNS applies it at once.
            filter_policy_applies_after: if aws.local_stack() {
                SignedDuration::ZERO
            } else {
                FILTER_POLICY_APPLIES_AFTER
            },
        })
    }

    /// Handles one call.
    ///
    /// # Errors
    /// The first [`CloudError`], after everything else was done. The schedule continues with what
    /// failed.
    pub async fn handle(&self, event: LambdaEvent<Value>) -> Result<Report, CloudError> {
        let alarm = event.payload.pointer("/detail/alarmName");
        if let Some(alarm) = alarm.and_then(Value::as_str) {
            self.begin(alarm).await?;
            return Ok(Report::default());
        }
        let deadline = Deadline::of_invocation(event.context.deadline());
        self.run(clock::now(), deadline).await
    }

    /// Whether what is published for one endpoint reaches no other one.
    pub(crate) async fn is_heard_alone(
        &self,
        broadcaster: &BroadcasterId,
        now: Timestamp,
    ) -> Result<bool, CloudError> {
        let Some(since) = self.broadcasters.audiences_since(broadcaster).await? else {
            tracing::warn!(%broadcaster, "nothing is sent again before `migrate-endpoints`");
            return Ok(false);
        };
        let applied = since.checked_add(self.filter_policy_applies_after);
        Ok(applied.is_ok_and(|applied| applied <= now))
    }

    /// Begins the redelivery to the endpoint whose alarm went off.
    async fn begin(&self, alarm: &str) -> Result<(), CloudError> {
        let id = alarm.strip_prefix(&self.alarm_prefix);
        let Some(id) = id.and_then(|id| uuid::Uuid::parse_str(id).ok()) else {
            tracing::warn!(alarm, "this is no alarm of an endpoint");
            return Ok(());
        };
        let endpoint_id = id.to_string();
        let Some(broadcaster_id) = self.broadcasters.owner_of_endpoint(&endpoint_id).await? else {
            tracing::warn!(endpoint = endpoint_id, "nobody has this endpoint any more");
            return Ok(());
        };
        let failing = FailingEndpoint {
            broadcaster_id,
            endpoint_id,
            redelivery: Redelivery::begun(clock::now()),
        };
        self.purchases.begin_redelivery(&failing).await?;
        let (broadcaster, endpoint) = (&failing.broadcaster_id, &failing.endpoint_id);
        tracing::warn!(%broadcaster, endpoint, "an endpoint fails");
        Ok(())
    }

    /// Does the steps that are due.
    async fn run(&self, now: Timestamp, deadline: Deadline) -> Result<Report, CloudError> {
        let lease = now.checked_add(LEASE).unwrap_or(now);
        let (mut report, mut failed, mut suspended) = (Report::default(), None, 0_u32);
        // What is not taken is due in the next run, with a whole run's time.
        while deadline.left() > LEFT {
            let taken = self.purchases.take_redeliveries(now, lease, AT_A_TIME);
            let taken = taken.await?;
            if taken.is_empty() {
                break;
            }
            let run = Run {
                clients: self,
                now,
                lease,
                deadline,
            };
            for done in join_all(taken.iter().map(|failing| run.step(failing))).await {
                report.endpoints += 1;
                match done {
                    Ok(done) => {
                        report.sent += done.sent;
                        suspended += u32::from(done.suspended);
                    }
                    Err(error) => {
                        tracing::error!(%error, "a step of a redelivery failed");
                        failed.get_or_insert(error);
                    }
                }
            }
        }
        for replay in self.purchases.take_replays(now, lease, AT_A_TIME).await? {
            match self.replay(replay, lease, deadline, now).await {
                Ok(sent) => report.replayed += sent,
                Err(error) => {
                    tracing::error!(%error, "a replay failed");
                    failed.get_or_insert(error);
                }
            }
        }
        Metrics::new(Vec::new())
            .with(
                "Redelivered",
                cloud::telemetry::Unit::Count,
                f64::from(u32::try_from(report.sent).unwrap_or(u32::MAX)),
            )
            .with(
                "EndpointsSuspended",
                cloud::telemetry::Unit::Count,
                f64::from(suspended),
            )
            .write(now);
        failed.map_or(Ok(report), Err)
    }
}
