//! The behaviours: where each is proven, its permanent id, and what it means.

/// Hands all of them to another macro, after its own arguments.
macro_rules! behaviours {
    ($to:ident!($($arguments:tt)*)) => { $to! { $($arguments)* [
        lifecycle::purchase = "purchase"
            "a submitted purchase becomes the customer's subscription; again, it is synchronized",
        payment::pending_purchase = "pending-purchase"
            "a purchase that awaits its payment is undecided, then it is the customer's",
        payment::test_purchase = "test-purchase"
            "a purchase that cost nothing because a tester made it is marked as one",
        payment::prepaid = "prepaid"
            "one paid period has an end and no opt-out; paying again renews it",
        payment::one_time_purchase = "one-time-purchase"
            "a rental or a thing bought once is read as such, and ends when it is paid back",
        lifecycle::trial = "trial"
            "a trial has an end, and the first payment after it is told as such",
        periods::trial_paid_late = "trial-paid-late"
            "a look between the end of a trial and its first payment does not make that one a renewal",
        periods::paid_after_trial = "paid-after-trial"
            "paid time is counted from the end of the trial, also once it will not renew",
        lifecycle::renewal = "renew"
            "the next period is paid, and access goes on",
        periods::period_start = "period-start"
            "in the third month its start is known, and kept over an opt-out, a resend and a transfer",
        periods::many_payments = "many-payments"
            "after two years the return of the first payment changes nothing, that of the last ends access",
        lifecycle::cancellation = "cancel"
            "the customer opts out: access to the end of the period",
        lifecycle::reactivation = "reactivate"
            "the customer opts in again before the end",
        lifecycle::expiry = "expire"
            "it runs out, and with it access",
        payment::refund = "refund"
            "the last payment is returned: access ends",
        payment::refund_of_an_older_payment = "refund-older-payment"
            "an older payment is returned: nothing changes",
        payment::voided_payment = "voided-payment"
            "the store's word that a payment was taken back ends access before its answers show it",
        lifecycle::grace = "grace"
            "a renewal fails and access goes on for a while",
        lifecycle::hold = "hold"
            "a renewal fails and access stops until it is paid",
        periods::period_start_after_hold = "period-start-after-hold"
            "the period that is paid out of a hold does not start before the one that was not paid",
        lifecycle::pause_and_resume = "pause-and-resume"
            "the customer suspends it, and access, for a while",
        lifecycle::switch_now = "switch-now"
            "another product takes over at once",
        lifecycle::switch_at_renewal = "switch-scheduled"
            "another product that takes over at the next renewal shows beforehand",
        naming::switch_to_a_new_key = "switch-new-key"
            "a switch makes a new purchase: the subscription goes on, and the old one ends nothing",
        naming::later_name = "later-name"
            "a renewal gives the purchase a further name, which leads to the same subscription",
        ownership::transfer = "transfer"
            "another customer who submits the purchase gets it",
        ownership::notice_before_claim = "notice-before-claim"
            "what the store tells before anybody submits it gives access to nobody",
        ownership::account_binding = "account-binding"
            "a purchase that the store binds to a customer goes to no other",
        ownership::payment_by_another = "payment-by-another"
            "whom the store names for a new payment gets the purchase, in either order of messages",
        ownership::unknown_purchase = "unknown-purchase"
            "what the store never sold is refused",
        beside::purchase_beside = "purchase-beside"
            "what the same customer buys beside it changes nothing, however the store orders its list",
        trouble::unknown_status = "unknown-status"
            "a status that nobody knows changes nothing and is alarmed",
        trouble::unknown_status_after_the_end = "unknown-status-after-end"
            "a status that nobody knows gives nothing back that has ended or was returned",
        trouble::fields_left_out = "fields-left-out"
            "an answer without the fields that the store need not send says the same",
        trouble::unreachable_store = "unreachable-store"
            "a store that does not answer changes nothing",
        trouble::bad_credentials = "bad-credentials"
            "refused credentials change nothing",
        trouble::throttled = "throttled"
            "a store that asks to wait is heard",
        trouble::malformed_answer = "malformed-answer"
            "an answer that can't be read changes nothing",
        trouble::lost_notification = "lost-notification"
            "what a lost notification would have told is seen at the next check",
        trouble::forged_notification = "forged-notification"
            "what the store did not send is refused unread",
        trouble::replayed_notification = "replayed-notification"
            "the same notification again changes nothing",
        trouble::late_notification = "late-notification"
            "an old notification does not undo what came after it",
        trouble::other_applications_notification = "other-application"
            "a notification about another application is not acted upon",
        trouble::end_without_an_answer = "end-believed-alone"
            "an end that the store signs counts although it does not answer",
    ] } };
}
