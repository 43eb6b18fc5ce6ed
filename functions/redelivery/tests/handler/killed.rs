//! A run that is killed between two calls.

use domain::redelivery::Redelivery;
use in_process_aws::event;

use crate::{
    ENDPOINT, LONG_AGO, QUEUE, call, fails, falls_due, letter, published, run, started, state,
    waits,
};

#[tokio::test]
async fn nothing_is_lost_wherever_it_is_killed() {
    for calls in 1.. {
        let aws = started().await;
        waits(&aws, QUEUE, (0..4).map(letter)).await;
        fails(&aws, ENDPOINT, Redelivery::begun(LONG_AGO)).await;
        aws.die_after(calls);
        let limit = std::time::Duration::from_millis(1_500);
        let ended = tokio::time::timeout(limit, call(&aws, event("redelivery/schedule"))).await;
        aws.die_after(0);
        // What was received and not deleted is visible again after a minute.
        aws.advance(jiff::SignedDuration::from_secs(61));
        for _ in 0..6 {
            falls_due(&aws);
            run(&aws).await;
            aws.advance(jiff::SignedDuration::from_secs(61));
        }
        assert_eq!(state(&aws).await, None, "{calls}");
        let mut heard: Vec<_> = published(&aws)
            .into_iter()
            .map(|(_, message)| message["number"].as_u64().unwrap())
            .collect();
        heard.sort_unstable();
        heard.dedup();
        assert_eq!(heard, [0, 1, 2, 3], "{calls}");
        if ended.is_ok() {
            return;
        }
    }
}
