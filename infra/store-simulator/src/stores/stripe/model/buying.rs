//! New purchases: subscriptions and one-time purchases.

use jiff::Timestamp;

use super::{
    ActionError, BillingReason, CancellationDetails, IntentStatus, Item, Metadata, NewCheckout,
    Options, Payment, PaymentStatus, Price, Purchase, Session, Status, Subscription,
    context::Context,
    trials::{NOTICE, WILL_END},
};

/// Time in seconds within which a first payment must be made: 23 hours.
pub(super) const TIME_TO_PAY: u64 = 23 * 3_600;

impl Purchase {
    pub(super) fn begin(
        wanted: &NewCheckout,
        context: &mut Context<'_>,
    ) -> Result<Self, ActionError> {
        let price = context.price(&wanted.price_id)?;
        let made_up = |prefix: &str, context: &mut Context<'_>| context.ids.make(prefix);
        let customer_id = wanted.customer_id.clone();
        let mut purchase = Self {
            livemode: !wanted.test,
            customer_id: customer_id.unwrap_or_else(|| made_up("cus_", context)),
            ..Self::default()
        };
        if !wanted.without_checkout || !price.is_recurring() {
            let prefix = if wanted.test { "cs_test_" } else { "cs_live_" };
            purchase.session = Some(Session {
                session_id: made_up(prefix, context),
                complete: false,
                payment_status: PaymentStatus::Unpaid,
                client_reference_id: wanted.client_reference_id.clone(),
                metadata: wanted.session_metadata.clone(),
                amount_total: amount_now(wanted, &price),
                price: price.clone(),
                quantity: wanted.quantity.unwrap_or(1),
                created: context.at,
            });
        }
        if price.is_recurring() {
            purchase.subscribe(wanted, price, context)?;
        } else {
            purchase.buy_once(wanted, &price, context)?;
        }
        Ok(purchase)
    }

    fn buy_once(
        &mut self,
        wanted: &NewCheckout,
        price: &Price,
        context: &mut Context<'_>,
    ) -> Result<(), ActionError> {
        let amount = amount_now(wanted, price);
        let metadata = wanted.metadata.clone();
        let mut intent_id = self.intend(amount, price.currency.clone(), metadata, None, context);
        if let (Some(id), Some(intent)) = (&wanted.id, self.payment_intents.last_mut()) {
            intent.payment_intent_id.clone_from(id);
            intent_id.clone_from(id);
        }
        self.id.clone_from(&intent_id);
        match wanted.payment {
            Payment::Succeeds | Payment::Free => {
                self.charge_intent(&intent_id, true, context)?;
                self.complete_checkout(PaymentStatus::Paid, context)
            }
            Payment::Fails => self.charge_intent(&intent_id, false, context),
            Payment::Delayed => {
                self.intent_mut(&intent_id)?.status = IntentStatus::Processing;
                self.complete_checkout(PaymentStatus::Unpaid, context)
            }
        }
    }

    fn subscribe(
        &mut self,
        wanted: &NewCheckout,
        price: Price,
        context: &mut Context<'_>,
    ) -> Result<(), ActionError> {
        let id = wanted.id.clone();
        self.id = id.unwrap_or_else(|| context.ids.make("sub_"));
        let subscription = new_subscription(self, wanted, price, context)?;
        let (start, status) = (subscription.created, subscription.status);
        self.subscription = Some(subscription);
        let mut lines = self.lines(context)?;
        if status == Status::Trialing || wanted.payment == Payment::Free {
            lines.iter_mut().for_each(|line| line.amount = 0);
        }
        let reason = BillingReason::SubscriptionCreate;
        let invoice_id = self.draft(reason, lines, (start, start), context)?;

        if wanted.created_incomplete && status != Status::Incomplete {
            self.running_mut()?.status = Status::Incomplete;
        }
        self.tell("customer.subscription.created", context)?;
        let before = self.shown(context)?;
        self.tell_invoice("invoice.created", &invoice_id, context)?;
        if status == Status::Incomplete {
            return self.first_payment_waits(wanted.payment, &invoice_id, context);
        }
        self.pay(&invoice_id, &Options::default(), context)?;
        self.running_mut()?.status = status;
        self.tell_update(&before, context)?;
        let free = self.charges.is_empty();
        let payment_status = if free {
            PaymentStatus::NoPaymentRequired
        } else {
            PaymentStatus::Paid
        };
        self.complete_checkout(payment_status, context)?;
        if wanted
            .trial_seconds
            .is_some_and(|trial| trial <= NOTICE.as_secs())
        {
            self.tell(WILL_END, context)?;
        }
        Ok(())
    }

    fn first_payment_waits(
        &mut self,
        payment: Payment,
        invoice_id: &str,
        context: &mut Context<'_>,
    ) -> Result<(), ActionError> {
        if payment == Payment::Fails {
            return self.decline(invoice_id, None, context);
        }
        self.finalize(invoice_id, context)?;
        let intent = self.invoice(invoice_id)?.payment_intent_id();
        let intent = intent.map(str::to_owned);
        if let Some(intent) = intent {
            self.intent_mut(&intent)?.status = IntentStatus::Processing;
        }
        self.complete_checkout(PaymentStatus::Unpaid, context)
    }

    /// Completes the checkout, if there is one.
    pub(super) fn complete_checkout(
        &mut self,
        payment_status: PaymentStatus,
        context: &mut Context<'_>,
    ) -> Result<(), ActionError> {
        let Some(session) = &mut self.session else {
            return Ok(());
        };
        session.complete = true;
        session.payment_status = payment_status;
        self.tell_session("checkout.session.completed", context)
    }
}

fn amount_now(wanted: &NewCheckout, price: &Price) -> i64 {
    let free = wanted.payment == Payment::Free || wanted.trial_seconds.is_some();
    match free {
        true => 0,
        false => price
            .unit_amount
            .saturating_mul(wanted.quantity.unwrap_or(1)),
    }
}

fn new_subscription(
    purchase: &Purchase,
    wanted: &NewCheckout,
    price: Price,
    context: &mut Context<'_>,
) -> Result<Subscription, ActionError> {
    let start: Timestamp = context.at;
    let trial_end = wanted.trial_seconds.map(|seconds| context.later(seconds));
    let status = match (trial_end, wanted.payment) {
        (Some(_), _) => Status::Trialing,
        (None, Payment::Succeeds | Payment::Free) => Status::Active,
        (None, Payment::Fails | Payment::Delayed) => Status::Incomplete,
    };
    let anchor = trial_end.unwrap_or(start);
    let end = match trial_end {
        Some(end) => end,
        None => price.end_of_period(anchor, start)?,
    };
    let pays = !wanted.without_payment_method;
    let item = Item {
        item_id: context.ids.make("si_"),
        price,
        quantity: wanted.quantity.unwrap_or(1),
        current_period_start: start,
        current_period_end: end,
    };
    Ok(Subscription {
        subscription_id: purchase.id.clone(),
        livemode: purchase.livemode,
        customer_id: purchase.customer_id.clone(),
        status,
        shown_status: None,
        flexible: !wanted.classic,
        created: start,
        billing_cycle_anchor: anchor,
        cancel_at: None,
        cancel_at_period_end: false,
        canceled_at: None,
        ended_at: None,
        cancellation: CancellationDetails::default(),
        pause_collection: None,
        paused: None,
        trial_start: trial_end.map(|_| start),
        trial_end,
        missing_payment_method: wanted.missing_payment_method,
        default_payment_method: pays.then(|| context.ids.make("pm_")),
        latest_invoice: String::new(),
        schedule: None,
        metadata: Metadata::clone(&wanted.metadata),
        items: vec![item],
    })
}
