//! What falls due together is not asked about together.

use domain::schedule::spread;
use domain::{PurchaseKey, Subscription, Timestamp};
use jiff::SignedDuration;

use crate::story::{Story, active, day, minutes};

/// Subscriptions that differ in their id alone.
fn many() -> Vec<Subscription> {
    let one = Story::of_ada(&active()).current.unwrap();
    let numbered = |number: u32| {
        let key = PurchaseKey::new(format!("vzs-{number}")).unwrap();
        let mut other = one.clone();
        other.ownership.subscription_id = one.purchase().with_key(&key).subscription_id(1);
        other
    };
    (0..1000).map(numbered).collect()
}

fn moved(subscription: &Subscription, wait: SignedDuration) -> SignedDuration {
    let due = day(1) + wait;
    spread(due, subscription, day(1)).duration_since(due)
}

#[test]
fn a_check_is_moved_by_less_than_a_tenth_of_the_wait_and_less_than_five_minutes() {
    let rows = [
        (minutes(15), SignedDuration::from_secs(90)),
        (minutes(50), minutes(5)),
        (minutes(1440), minutes(5)),
    ];
    for (wait, widest) in rows {
        let distances: Vec<_> = many().iter().map(|one| moved(one, wait)).collect();
        let least = *distances.iter().min().unwrap();
        let most = *distances.iter().max().unwrap();
        assert!(!least.is_negative() && most < widest, "{least} to {most}");
        assert!(
            least < widest / 50 && most > widest * 49 / 50,
            "{least} to {most}"
        );
    }
}

#[test]
fn the_checks_fill_the_time_evenly() {
    let mut filled = [0; 10];
    for subscription in many() {
        let place = moved(&subscription, minutes(60)).as_secs() / 30;
        filled[usize::try_from(place).unwrap()] += 1;
    }
    assert!(
        filled.iter().all(|count| (60..=140).contains(count)),
        "{filled:?}"
    );
}

#[test]
fn a_check_that_is_due_is_not_moved() {
    for subscription in many() {
        assert_eq!(moved(&subscription, minutes(0)), minutes(0));
        assert_eq!(moved(&subscription, minutes(-600)), minutes(0));
        assert_eq!(
            spread(Timestamp::MAX, &subscription, day(1)),
            Timestamp::MAX
        );
    }
}

#[test]
fn the_same_subscription_is_moved_by_the_same_share_each_time() {
    for subscription in &many()[..50] {
        let (small, large) = (
            moved(subscription, minutes(10)),
            moved(subscription, minutes(40)),
        );
        assert_eq!(small, moved(subscription, minutes(10)));
        assert!((large - small * 4).abs() < SignedDuration::from_millis(4));
    }
}

#[test]
fn the_share_is_the_same_in_every_release() {
    let moved: Vec<_> = many()[..3]
        .iter()
        .map(|subscription| moved(subscription, minutes(60)).as_millis())
        .collect();
    assert_eq!(moved, [28_136, 292_525, 65_355]);
}
