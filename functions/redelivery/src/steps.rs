//! One step of one endpoint's redelivery.

use std::time::Duration;

use aws_sdk_sqs::types::Message;
use cloud::CloudError;
use cloud::broadcasters::Endpoint;
use cloud::deadline::Deadline;
use cloud::purchases::FailingEndpoint;
use cloud::topics::{Publication, Unpublished};
use domain::redelivery::{Phase, Redelivery, Step};
use domain::{BroadcasterId, Timestamp};

use crate::Redeliverer;
use crate::letter::Letter;
use crate::letters::BATCH;

/// Messages that an endpoint is sent in a run at most, which is a minute.
const PER_RUN: usize = 3_000;

/// Time that is left when a run stops sending.
pub(crate) const LEFT: Duration = Duration::from_secs(10);

/// Clients and times of one run.
pub(crate) struct Run<'a> {
    pub(crate) clients: &'a Redeliverer,
    pub(crate) now: Timestamp,
    pub(crate) lease: Timestamp,
    pub(crate) deadline: Deadline,
}

/// What one step has done.
#[derive(Debug, Default)]
pub(crate) struct Done {
    pub(crate) sent: usize,
    /// The attempts have ended with this step.
    pub(crate) suspended: bool,
}

/// Result of sending messages.
#[derive(Debug, Default)]
struct Sent {
    count: usize,
    /// A message that was sent again before lies in the queue.
    is_back: bool,
    /// Nothing is left.
    everything: bool,
    /// SNS did not take a message now.
    stopped: bool,
}

impl Run<'_> {
    /// Does the step of an endpoint that is due.
    ///
    /// # Errors
    /// [`CloudError`] if a call failed: the step is done again when the lease ends.
    pub(crate) async fn step(&self, failing: &FailingEndpoint) -> Result<Done, CloudError> {
        let (broadcaster, id) = (&failing.broadcaster_id, &failing.endpoint_id);
        let clients = self.clients;
        let Some(endpoint) = clients.broadcasters.endpoint(broadcaster, id).await? else {
            clients.purchases.end_redelivery(broadcaster, id).await?;
            return Ok(Done::default());
        };
        if !clients.is_heard_alone(broadcaster, self.now).await? {
            return Ok(Done::default());
        }
        let waiting = clients
            .letters
            .count(&endpoint.dead_letter_queue_url)
            .await?;
        let (step, state) = failing.redelivery.step(waiting, self.now);
        let (next, sent) = match step {
            Step::Nothing => (state, 0),
            Step::Recovered => {
                clients.purchases.end_redelivery(broadcaster, id).await?;
                tracing::info!(%broadcaster, endpoint = id, "an endpoint has recovered");
                return Ok(Done::default());
            }
            Step::Probe => {
                let sent = self.send(broadcaster, &endpoint, None, 1).await?;
                // Without a probe nothing would come back, and the rest would follow.
                let next = match sent.count {
                    0 => state.sent(false, self.now),
                    _ => state.probed(waiting.saturating_sub(1), self.now),
                };
                (next, sent.count)
            }
            Step::Send { since } => {
                let sent = self.send(broadcaster, &endpoint, Some(since), PER_RUN);
                let sent = sent.await?;
                (after_sending(state, &sent, self.now), sent.count)
            }
        };
        let stored = FailingEndpoint {
            redelivery: next,
            ..failing.clone()
        };
        clients
            .purchases
            .advance_redelivery(&stored, self.lease)
            .await?;
        let suspended = next.phase == Phase::Suspended;
        tracing::info!(%broadcaster, endpoint = id, waiting, sent, phase = ?next.phase, "redelivery");
        Ok(Done { sent, suspended })
    }

    /// Sends up to `most` messages. Stops at one that was sent again at `since` or later.
    async fn send(
        &self,
        broadcaster: &BroadcasterId,
        endpoint: &Endpoint,
        since: Option<Timestamp>,
        most: usize,
    ) -> Result<Sent, CloudError> {
        let mut all = Sent::default();
        while all.count < most && self.deadline.left() > LEFT {
            let batch = i32::try_from(most - all.count).unwrap_or(BATCH).min(BATCH);
            let url = &endpoint.dead_letter_queue_url;
            let received = self.clients.letters.receive(url, batch).await?;
            if received.is_empty() {
                all.everything = true;
                break;
            }
            let sent = self.send_batch(broadcaster, endpoint, since, &received);
            let sent = sent.await?;
            all.count += sent.count;
            all.is_back |= sent.is_back;
            if sent.is_back || sent.stopped {
                break;
            }
        }
        Ok(all)
    }

    /// Publishes messages, then deletes those that SNS has taken.
    async fn send_batch(
        &self,
        broadcaster: &BroadcasterId,
        endpoint: &Endpoint,
        since: Option<Timestamp>,
        received: &[Message],
    ) -> Result<Sent, CloudError> {
        let mut sent = Sent::default();
        let mut batch: Vec<(&Message, Publication)> = Vec::with_capacity(received.len());
        let mut done: Vec<&Message> = Vec::with_capacity(received.len());
        for message in received {
            match Letter::read(message.body.as_deref().unwrap_or_default()) {
                None => {
                    tracing::warn!(%broadcaster, endpoint = endpoint.endpoint_id, "what is no notification can't be sent again");
                    done.push(message);
                }
                // It stays, and is visible again in a minute.
                Some(letter) if since.is_some_and(|since| letter.is_back(since)) => {
                    sent.is_back = true;
                }
                Some(letter) => {
                    batch.push((message, letter.publication(&endpoint.endpoint_id, self.now)));
                }
            }
        }
        if !batch.is_empty() {
            let topic = self.clients.topics.arn(broadcaster, endpoint.feed);
            let publications: Vec<_> = batch.iter().map(|(_, publication)| publication).collect();
            let unpublished = self.clients.topics.publish(&topic, &publications).await?;
            let is_left = |position| unpublished.iter().any(|one| one.position == position);
            // One that SNS refuses for good stays until the queue forgets it.
            sent.stopped = unpublished.iter().any(|one: &Unpublished| !one.permanent);
            for (position, (message, _)) in batch.iter().enumerate() {
                if !is_left(position) {
                    done.push(message);
                    sent.count += 1;
                }
            }
        }
        let letters = &self.clients.letters;
        letters
            .delete(&endpoint.dead_letter_queue_url, &done)
            .await?;
        Ok(sent)
    }
}

fn after_sending(state: Redelivery, sent: &Sent, now: Timestamp) -> Redelivery {
    if sent.is_back {
        state.failed(now)
    } else {
        state.sent(sent.everything, now)
    }
}
