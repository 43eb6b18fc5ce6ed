//! A live event of one broadcaster, whose store is slow meanwhile, beside 49 other broadcasters: their
//! customers must not wait for it. In one process and in simulated time: the functions, their
//! queue and their tables take no time, and what a store or a wait takes is exact.
//!
//! The functions `purchase-intake`, `store-verification` and `reconciliation` are real, and so are
//! their requests to DynamoDB. Modelled are the queue ([`in_process_aws`]), how Lambda invokes
//! ([`consumers`]) and the store.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "the whole crate is tests: what can't be done fails the test"
)]

mod consumers;
mod event;
mod outcomes;
mod store;

use consumers::Scaling;
use event::{Event, Size};
use outcomes::Outcomes;
use tokio::task::LocalSet;

/// Variable with the number of purchases of the event, such as 200000. They are submitted within a
/// minute. Without it the event is small, so that the test takes seconds.
const SIZE: &str = "LIVE_EVENT";

fn size() -> Size {
    std::env::var(SIZE).map_or(Size::SMALL, |number| {
        Size::of_a_minute(number.parse().unwrap())
    })
}

async fn run(event: Event) -> Outcomes {
    let (name, began) = (event.to_string(), std::time::Instant::now());
    // A function's future stays on its thread, as in Lambda.
    let outcomes = LocalSet::new().run_until(event.run()).await;
    let took = began.elapsed().as_secs();
    eprintln!("{name}: {outcomes} ({took} s of computing)");
    outcomes
}

#[tokio::test(start_paused = true)]
async fn the_others_wait_at_most_twice_as_long_as_on_a_quiet_day() {
    let quiet = run(Event::new(size()).quiet()).await;
    let loaded = run(Event::new(size())).await;

    quiet.assert_complete();
    loaded.assert_complete();
    let (quiet, loaded) = (quiet.others(99), loaded.others(99));
    assert!(loaded <= quiet * 2, "{loaded:?}, on a quiet day {quiet:?}");
}

/// The same event with all messages in one group of the queue.
#[tokio::test(start_paused = true)]
async fn without_groups_in_the_queue_they_wait_for_the_backlog() {
    let size = Size::SMALL;
    let quiet = run(Event::new(size).quiet()).await;
    let loaded = run(Event::new(size).in_one_group()).await;

    loaded.assert_complete();
    let (quiet, loaded) = (quiet.others(99), loaded.others(99));
    assert!(loaded > quiet * 2, "{loaded:?}, on a quiet day {quiet:?}");
}

/// What Lambda has scaled up before is busy with the event for as long as the store takes, and frees
/// itself all at once.
#[tokio::test(start_paused = true)]
#[ignore = "a measurement for docs/scheduling.md, which has no limit to assert"]
async fn measure_an_event_that_meets_functions_that_are_scaled_up() {
    let quiet = run(Event::new(size()).quiet().scaled(Scaling::WARM)).await;
    let loaded = run(Event::new(size()).scaled(Scaling::WARM)).await;
    quiet.assert_complete();
    loaded.assert_complete();
}
