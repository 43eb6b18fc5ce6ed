//! Retry policy: every number of the functions that says when something is tried again, with its
//! reason.
//!
//! A look-up that fails is tried again in three stages: the queue hides its message for seconds,
//! then the schedule takes over for minutes to hours, and what waits for nothing more ends (a
//! submission after 72 hours, a deferred notification after 30 days). How long the schedule waits
//! is computed in [`backoff`]. The dates of ordinary checks and of follow-ups are in
//! `domain::schedule`.

pub mod backoff;

use std::time::Duration;

use jiff::SignedDuration;

/// Time limit of the functions that ask stores: `Timeout` in `template.yaml`.
pub const FUNCTION_TIMEOUT: Duration = Duration::from_secs(30);

/// Longest call of an AWS service, with its repetitions. Shorter than the shortest `Timeout` in
/// `template.yaml`, so that the function can still answer.
pub const AWS_CALL: Duration = Duration::from_secs(8);

/// Longest single attempt of such a call.
pub const AWS_ATTEMPT: Duration = Duration::from_secs(3);

/// Waits before what DynamoDB throttled is sent again, where the SDK does not do that: transactions
/// and the rest of batches. In milliseconds; each is made up to twice as long. In all at most 1.5 s
/// for one call, so that an API still answers within its time limit.
pub const BUSY_WAITS: [u64; 4] = [50, 100, 200, 400];

/// Time for which SQS hides a message that a function has received: `VisibilityTimeout` in
/// `template.yaml`. AWS recommends six times the function's time limit.
pub const VISIBILITY: Duration = Duration::from_secs(180);

/// Number of deliveries after which SQS makes a message a dead letter: `maxReceiveCount` in
/// `template.yaml`. Only internal errors come so far.
pub const RECEIVES: u32 = 12;

/// Number of deliveries of a message whose store gives no answer; then the schedule takes over.
///
/// A hidden message counts as in flight, of which SQS allows 120,000. With two short delays, even
/// an outage at the peak of 7,000 messages a second stays below that.
pub const STORE_DELIVERIES: u32 = 3;

/// Longest time for which a message is hidden because of its store. If the store asks for more, the
/// schedule takes over at once.
pub const LONGEST_HIDING: Duration = Duration::from_secs(5);

/// Longest time for which a message is hidden after an internal error.
pub const LONGEST_INTERNAL_HIDING: Duration = Duration::from_secs(300);

/// Number of deliveries for which a message that this version can't read is left to a newer
/// version, which a deployment may be bringing.
pub const UNREADABLE_DELIVERIES: u32 = 3;

/// Time for which such a message is hidden: with the deliveries above, ten minutes in all.
pub const UNREADABLE_HIDING: Duration = Duration::from_secs(300);

/// Time for which a due item that this version can't read is postponed.
pub const UNREADABLE_ITEM: SignedDuration = SignedDuration::from_hours(24);

/// Time for which an item that the schedule has queued is not due: enough for its verification.
pub const LEASE: SignedDuration = SignedDuration::from_mins(15);

/// Time for which a submission waits for a store that gives no answer about it. Then it fails, and
/// the customer can submit again.
pub const UNDECIDED: SignedDuration = SignedDuration::from_hours(72);

/// Time for which a deferred notification is kept, counted from the first one about its purchase.
pub const DEFERRED: SignedDuration = SignedDuration::from_hours(30 * 24);

/// Time after which the schedule takes up a submission without an outcome; its message may be lost.
pub const HEAL_AFTER: SignedDuration = SignedDuration::from_mins(2);

/// Age of a pending submission from which its repetition is queued again. An app that repeats
/// itself faster does not multiply the messages.
pub const QUEUE_AGAIN_AFTER: SignedDuration = SignedDuration::from_secs(2);

/// Time for which a store's refusal answers the same submission again without a look-up.
pub const COOL_DOWN: SignedDuration = SignedDuration::from_secs(60);

/// Longest wait of a claim or notification for its turn under a store's rate limit, in the queue and
/// not in a function. Whoever would wait longer goes to the schedule. Shorter than [`HEAL_AFTER`], so
/// that a submission is not queued again while it waits.
pub const LONGEST_TURN_WAIT: Duration = Duration::from_secs(60);

/// Longest wait of a scheduled check for its turn. With more waiting, checks go back to the schedule,
/// so that claims and notifications are before them.
pub const LONGEST_CHECK_TURN_WAIT: Duration = Duration::from_secs(2);

/// Time whose turns are reserved in one write, and for which a function waits itself: SQS delays a
/// message by whole seconds.
pub const LEASED_TIME: Duration = Duration::from_millis(200);

/// Interval at which a store's list of undelivered notifications is read.
pub const HISTORY_INTERVAL: SignedDuration = SignedDuration::from_hours(1);

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the number of a property, written as `name: number`, of a resource of the template.
    fn property(resource: &str, name: &str) -> u64 {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../template.yaml");
        let template = std::fs::read_to_string(path).unwrap();
        let block = template
            .split("\n\n")
            .find(|block| block.lines().any(|line| line == format!("  {resource}:")))
            .unwrap();
        let line = block
            .lines()
            .find_map(|line| line.trim().strip_prefix(&format!("{name}: ")))
            .unwrap();
        line.split_whitespace().next().unwrap().parse().unwrap()
    }

    #[test]
    fn the_template_has_the_same_numbers() {
        let queue = "VerificationQueue";
        assert_eq!(property(queue, "maxReceiveCount"), u64::from(RECEIVES));
        assert_eq!(property(queue, "VisibilityTimeout"), VISIBILITY.as_secs());
        assert_eq!(VISIBILITY, FUNCTION_TIMEOUT * 6);
        assert_eq!(property("Function", "Timeout"), FUNCTION_TIMEOUT.as_secs());
    }

    #[test]
    fn an_aws_call_ends_before_any_function_does() {
        for function in ["PurchaseIntake", "StoreNotifications", "CustomerApi"] {
            assert!(property(function, "Timeout") > AWS_CALL.as_secs());
        }
        assert!(
            AWS_ATTEMPT * 2 <= AWS_CALL,
            "there is time for a repetition"
        );
    }

    #[test]
    fn an_outage_at_the_peak_leaves_room_for_messages_in_flight() {
        // 2,000 purchases and 5,000 notifications a second, none of which any store answers.
        let (rate, allowed) = (7_000, 120_000);
        let hidden: i32 = (1..STORE_DELIVERIES)
            .map(|deliveries| backoff::hiding(deliveries, None))
            .sum();
        let longest = i32::try_from(LONGEST_HIDING.as_secs()).unwrap();
        for seconds in [hidden, longest * 2] {
            assert!(rate * seconds < allowed, "{seconds} s");
        }
    }
}
