//! What is stored reads as it was written.

use domain::{Event, GraceNotification, Subscription};
use proptest::prelude::*;

use super::history::any_history;
use super::playing::{anything, play, settings};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn subscriptions_and_events_survive_storage(
        history in any_history(),
        inputs in anything(),
        settings in settings(GraceNotification::None),
    ) {
        let story = play(&history, &inputs, settings, |_, _, _| {});
        for subscription in story.formers.iter().chain(&story.current) {
            let json = serde_json::to_string(subscription).unwrap();
            prop_assert_eq!(&serde_json::from_str::<Subscription>(&json).unwrap(), subscription);
        }
        for event in &story.events {
            let json = serde_json::to_string(event).unwrap();
            prop_assert_eq!(&serde_json::from_str::<Event>(&json).unwrap(), event);
        }
    }
}
