//! The behaviours: where each is proven, its permanent id, and what it means.

/// Hands all of them to another macro, after its own arguments.
macro_rules! behaviours {
    ($to:ident!($($arguments:tt)*)) => { $to! { $($arguments)* [
        lifecycle::purchase = "purchase"
            "a submitted purchase becomes the customer's subscription; submitted again, it is synchronized",
        payment::pending_purchase = "pending-purchase"
            "a purchase that awaits its payment stays undecided and then becomes the customer's",
        payment::test_purchase = "test-purchase"
            "a purchase that a tester made without paying is marked as a test purchase",
        payment::prepaid = "prepaid"
            "a prepaid period has an end and cannot be cancelled; paying again renews it",
        payment::one_time_purchase = "one-time-purchase"
            "a rental or another one-time purchase is recognised, and ends when it is refunded",
        lifecycle::trial = "trial"
            "a trial has an end, and the first payment after it is a conversion",
        periods::trial_paid_late = "trial-paid-late"
            "a look-up between the end of a trial and its first payment does not turn that payment into a renewal",
        periods::paid_after_trial = "paid-after-trial"
            "paid time is counted from the end of the trial, also if the subscription will not renew",
        lifecycle::renewal = "renew"
            "the next period is paid, and access continues",
        periods::period_start = "period-start"
            "in the third month its start is known; a cancellation, a resend and a transfer keep it",
        periods::many_payments = "many-payments"
            "after two years a refund of the first payment changes nothing, a refund of the last one ends access",
        lifecycle::cancellation = "cancel"
            "the customer cancels, and access continues to the end of the period",
        lifecycle::reactivation = "reactivate"
            "the customer reactivates before the end",
        lifecycle::expiry = "expire"
            "the subscription runs out, and access ends",
        payment::refund = "refund"
            "the last payment is refunded, and access ends",
        payment::refund_of_an_older_payment = "refund-older-payment"
            "an older payment is refunded, and nothing changes",
        payment::voided_payment = "voided-payment"
            "the store's notification of a voided payment ends access before its answers show it",
        lifecycle::grace = "grace"
            "a renewal fails, and access continues for a grace period",
        lifecycle::hold = "hold"
            "a renewal fails, and access stops until it is paid",
        periods::period_start_after_hold = "period-start-after-hold"
            "the period that is paid after a hold does not start before the unpaid one",
        lifecycle::pause_and_resume = "pause-and-resume"
            "the customer pauses the subscription, and access, for a while",
        lifecycle::switch_now = "switch-now"
            "another product takes over at once",
        lifecycle::switch_at_renewal = "switch-scheduled"
            "another product that takes over at the next renewal is visible before",
        naming::switch_to_a_new_key = "switch-new-key"
            "a switch makes a new purchase; the subscription continues, and the old purchase ends nothing",
        naming::later_name = "later-name"
            "a renewal gives the purchase a further key, which leads to the same subscription",
        ownership::transfer = "transfer"
            "another customer who submits the purchase gets it",
        ownership::notice_before_claim = "notice-before-claim"
            "a notification that arrives before any submission gives access to nobody",
        ownership::account_binding = "account-binding"
            "a purchase that the store binds to a customer goes to no other customer",
        ownership::payment_by_another = "payment-by-another"
            "the customer whom the store names for a new payment gets the purchase, in either order of messages",
        ownership::unknown_purchase = "unknown-purchase"
            "a purchase that the store never sold is refused",
        ownership::appears_late = "appears-late"
            "a purchase that the buyer can prove is not refused while the store does not know it yet",
        beside::purchase_beside = "purchase-beside"
            "another purchase of the same customer changes nothing, whatever the order of the store's list",
        trouble::unknown_status = "unknown-status"
            "an unknown status changes nothing and raises an alarm",
        trouble::unknown_status_after_the_end = "unknown-status-after-end"
            "an unknown status restores nothing that has ended or was refunded",
        trouble::fields_left_out = "fields-left-out"
            "an answer without the fields that the store may leave out means the same",
        trouble::unreachable_store = "unreachable-store"
            "a store that does not answer changes nothing",
        trouble::bad_credentials = "bad-credentials"
            "refused credentials change nothing",
        trouble::throttled = "throttled"
            "a store's request to wait is respected",
        trouble::malformed_answer = "malformed-answer"
            "an answer that cannot be read changes nothing",
        trouble::lost_notification = "lost-notification"
            "the change that a lost notification announced is seen at the next check",
        trouble::forged_notification = "forged-notification"
            "a notification that the store did not send is refused unread",
        trouble::replayed_notification = "replayed-notification"
            "the same notification again changes nothing",
        trouble::late_notification = "late-notification"
            "an old notification does not undo newer changes",
        trouble::other_applications_notification = "other-application"
            "a notification about another application has no effect",
        trouble::end_without_an_answer = "end-believed-alone"
            "an end that the store signed takes effect although the store does not answer",
    ] } };
}

/// The ids and what they mean.
macro_rules! list {
    ([$($module:ident :: $case:ident = $id:literal $meaning:literal),* $(,)?]) => {
        pub const BEHAVIOURS: &[(&str, &str)] = &[$(($id, $meaning)),*];
    };
}

behaviours!(list!());
