//! Changes that each action makes to the store's record, and the notifications that it causes.

use std::time::Duration;

use super::{
    Action, ActionOptions, Configuration, EventType, Invoice, InvoiceStatus, NewSubscription, Plan,
    Status, Subscription, actions::ActionError, notification::Notice,
};
use crate::clock::Clock;

/// Input of the actions besides the subscription.
pub(crate) struct Context<'a> {
    pub(crate) configuration: &'a Configuration,
    pub(crate) clock: &'a Clock,
    pub(crate) invoices_issued: &'a mut u64,
}

impl Context<'_> {
    fn plan(&self, plan_code: &str) -> Result<Plan, ActionError> {
        let plan = self.configuration.plan(plan_code).cloned();
        plan.ok_or_else(|| ActionError::UnknownPlan(plan_code.to_owned()))
    }

    fn named_plan(&self, options: &ActionOptions) -> Result<Plan, ActionError> {
        let plan_code = options.plan_code.as_deref();
        self.plan(plan_code.ok_or(ActionError::PlanCodeMissing)?)
    }

    fn invoice(&mut self, plan: &Plan, status: InvoiceStatus) -> Invoice {
        *self.invoices_issued += 1;
        Invoice {
            invoice_number: format!("VZINV-{:07}", *self.invoices_issued),
            status,
            amount: plan.amount.clone(),
            currency: plan.currency.clone(),
            refunded_at: None,
        }
    }
}

/// Creates a subscription when a customer buys a plan.
pub(crate) fn create(
    id: String,
    wanted: &NewSubscription,
    context: &mut Context<'_>,
) -> Result<(Subscription, Vec<Notice>), ActionError> {
    let plan = context.plan(&wanted.plan_code)?;
    let start = context.clock.now();
    let trial_end = plan
        .trial_seconds
        .and_then(|seconds| start.checked_add(Duration::from_secs(seconds)).ok());
    let end = match trial_end {
        Some(end) => end,
        None => plan.end_of_period(start)?,
    };
    let mut notices = vec![Notice::of(EventType::Created)];
    let mut invoices = Vec::new();
    if trial_end.is_none() {
        let invoice = context.invoice(&plan, InvoiceStatus::Successful);
        notices.push(Notice::about_charge(EventType::PaymentSuccessful, &invoice));
        invoices.push(invoice);
    }
    let subscription = Subscription {
        subscription_id: id,
        partner_account_id: wanted.partner_account_id.clone(),
        status: match trial_end {
            Some(_) => Status::Trial,
            None => Status::Active,
        },
        in_trial: trial_end.is_some(),
        plan_code: plan.plan_code,
        pending_plan_code: None,
        amount: plan.amount,
        currency: plan.currency,
        auto_renew: true,
        start_date: start,
        current_period_start: start,
        current_period_end: end,
        next_billing_date: Some(end),
        grace_period_end: None,
        canceled_at: None,
        invoices,
    };
    Ok((subscription, notices))
}

/// Applies an action. On an error the subscription may be partly changed: work on a copy.
pub(crate) fn apply(
    subscription: &mut Subscription,
    action: Action,
    options: &ActionOptions,
    context: &mut Context<'_>,
) -> Result<Vec<Notice>, ActionError> {
    require(subscription, action)?;
    match action {
        Action::Renew | Action::Recover => pay_next(subscription, action, options, context),
        Action::Fail => fail(subscription, options, context),
        Action::Refund => refund(subscription, options, context),
        Action::Upgrade => upgrade(subscription, options, context),
        Action::Cancel => {
            subscription.status = Status::Canceled;
            subscription.canceled_at = Some(context.clock.now());
            stop_renewing(subscription);
            Ok(vec![Notice::of(EventType::Canceled)])
        }
        Action::Reactivate => {
            subscription.status = if subscription.in_trial {
                Status::Trial
            } else {
                Status::Active
            };
            subscription.canceled_at = None;
            subscription.auto_renew = true;
            subscription.next_billing_date = Some(subscription.current_period_end);
            Ok(vec![Notice::of(EventType::Reactivated)])
        }
        Action::Downgrade => {
            subscription.pending_plan_code = Some(context.named_plan(options)?.plan_code);
            Ok(vec![Notice::of(EventType::DowngradePending)])
        }
        Action::Expire => {
            if options.move_clock {
                context.clock.reach(subscription.end());
            }
            subscription.status = Status::Expired;
            stop_renewing(subscription);
            Ok(vec![Notice::of(EventType::Expired)])
        }
    }
}

/// Checks that the action is possible in the subscription's status.
fn require(subscription: &Subscription, action: Action) -> Result<(), ActionError> {
    use Status::{Active, Canceled, Expired, PastDue, Refunded, Trial};
    let status = subscription.status;
    let possible = match action {
        Action::Renew | Action::Fail | Action::Cancel => {
            matches!(status, Trial | Active | PastDue)
        }
        Action::Recover => status == PastDue,
        Action::Refund => true,
        Action::Reactivate => status == Canceled,
        Action::Upgrade | Action::Downgrade => matches!(status, Trial | Active),
        Action::Expire => !matches!(status, Expired | Refunded),
    };
    possible
        .then_some(())
        .ok_or(ActionError::WrongStatus(status))
}

fn pay_next(
    subscription: &mut Subscription,
    action: Action,
    options: &ActionOptions,
    context: &mut Context<'_>,
) -> Result<Vec<Notice>, ActionError> {
    let previous = subscription.plan_code.clone();
    let switches = subscription.pending_plan_code.take();
    let plan = context.plan(switches.as_deref().unwrap_or(&previous))?;
    let start = subscription.current_period_end;
    let end = plan.end_of_period(start)?;
    if action == Action::Renew && options.move_clock {
        context.clock.reach(start);
    }
    if let Some(account) = &options.partner_account_id {
        subscription.partner_account_id = Some(account.clone());
    }
    subscription.take_plan(&plan);
    subscription.status = Status::Active;
    subscription.in_trial = false;
    subscription.current_period_start = start;
    subscription.current_period_end = end;
    subscription.next_billing_date = Some(end);
    subscription.grace_period_end = None;

    let invoice = match subscription.open_invoice() {
        Some(open) => {
            open.status = InvoiceStatus::Successful;
            open.amount = plan.amount;
            open.currency = plan.currency;
            open.clone()
        }
        None => {
            let invoice = context.invoice(&plan, InvoiceStatus::Successful);
            subscription.invoices.push(invoice.clone());
            invoice
        }
    };
    let mut notices = vec![Notice::about_charge(EventType::PaymentSuccessful, &invoice)];
    notices.extend(switches.map(|_| Notice::about_switch(previous)));
    Ok(notices)
}

fn fail(
    subscription: &mut Subscription,
    options: &ActionOptions,
    context: &mut Context<'_>,
) -> Result<Vec<Notice>, ActionError> {
    subscription.status = Status::PastDue;
    if let Some(seconds) = options.grace_seconds {
        let end = subscription.current_period_end;
        let grace = end.checked_add(Duration::from_secs(seconds));
        subscription.grace_period_end = grace.ok();
    }
    if subscription.open_invoice().is_none() {
        let plan = context.plan(&subscription.plan_code)?;
        let invoice = context.invoice(&plan, InvoiceStatus::Failed);
        subscription.invoices.push(invoice);
    }
    let failed = subscription.open_invoice();
    Ok(failed
        .map(|invoice| Notice::about_charge(EventType::PaymentFailed, invoice))
        .into_iter()
        .collect())
}

fn refund(
    subscription: &mut Subscription,
    options: &ActionOptions,
    context: &mut Context<'_>,
) -> Result<Vec<Notice>, ActionError> {
    let current = subscription.invoice_number().map(str::to_owned);
    let wanted = options.invoice_number.clone().or_else(|| current.clone());
    let now = context.clock.now();
    let invoice = subscription.invoices.iter_mut().find(|invoice| {
        Some(&invoice.invoice_number) == wanted.as_ref()
            && invoice.status == InvoiceStatus::Successful
    });
    let invoice = invoice.ok_or(ActionError::NothingToRefund)?;
    invoice.status = InvoiceStatus::Refunded;
    invoice.refunded_at = Some(now);
    let notice = Notice::about_charge(EventType::PaymentRefund, invoice);
    if wanted == current {
        subscription.status = Status::Refunded;
        stop_renewing(subscription);
    }
    Ok(vec![notice])
}

fn upgrade(
    subscription: &mut Subscription,
    options: &ActionOptions,
    context: &mut Context<'_>,
) -> Result<Vec<Notice>, ActionError> {
    let previous = subscription.plan_code.clone();
    subscription.take_plan(&context.named_plan(options)?);
    subscription.pending_plan_code = None;
    Ok(vec![Notice::about_switch(previous)])
}

fn stop_renewing(subscription: &mut Subscription) {
    subscription.auto_renew = false;
    subscription.next_billing_date = None;
    subscription.pending_plan_code = None;
    subscription.grace_period_end = None;
}
