//! Creation of purchases.

use jiff::Timestamp;
use serde_json::Map;

use super::{
    ActionError, Money, NewPurchase, Plan, Purchase, State, Transaction, TransactionId,
    TransactionType, context::Context, id::Form, plan::later,
};

pub(super) fn buy(
    wanted: &NewPurchase,
    context: &mut Context<'_>,
) -> Result<Purchase, ActionError> {
    let plan = context.catalogue.plan(&wanted.product_code)?;
    let channel_id = channel(wanted, plan, context)?;
    let id = context.id(wanted.transaction_id.as_ref(), Form::Hex)?;
    let customer_id = wanted.customer_id.clone();
    let customer_id = customer_id.unwrap_or_else(|| context.ids.customer());
    let mut purchase = begun(plan, id.clone(), channel_id, customer_id, context);
    purchase.origin = wanted.origin;
    purchase.personal = wanted.personal;
    let trial = plan.trial_seconds.filter(|_| wanted.with_trial);
    let at = context.at;
    purchase.in_trial = trial.is_some();
    purchase.expiration_date = match trial {
        _ if plan.one_time => None,
        Some(seconds) => Some(later(at, seconds)),
        None => Some(plan.end_of_period(at)?),
    };
    let end = purchase.expiration_date;
    let transaction = match trial {
        Some(_) => unpaid(&purchase, TransactionType::Sale, plan, context.at),
        None => charge(&purchase, TransactionType::Sale, plan, id, at, end),
    };
    context.record(&mut purchase, transaction);
    Ok(purchase)
}

fn channel(
    wanted: &NewPurchase,
    plan: &Plan,
    context: &Context<'_>,
) -> Result<String, ActionError> {
    let channels = &context.catalogue.channels;
    let named = wanted.channel_id.as_ref().or(plan.channel_id.as_ref());
    let found = match named {
        Some(id) => channels.iter().find(|channel| channel.channel_id == *id),
        None => channels.first(),
    };
    let missing = || {
        named.map_or(ActionError::NoChannel, |id| {
            ActionError::UnknownChannel(id.clone())
        })
    };
    found
        .map(|channel| channel.channel_id.clone())
        .ok_or_else(missing)
}

/// Creates a purchase of a plan, without transactions.
pub(super) fn begun(
    plan: &Plan,
    id: TransactionId,
    channel_id: String,
    customer_id: String,
    context: &Context<'_>,
) -> Purchase {
    let number = context.purchases.len() + 1;
    Purchase {
        line: format!("line-{number}"),
        original_transaction_id: id.clone(),
        transaction_id: id,
        transactions: Vec::new(),
        customer_id,
        channel_id,
        product_code: plan.product_code.clone(),
        state: if plan.one_time {
            State::OneTime
        } else {
            State::Active
        },
        in_trial: false,
        original_purchase_date: context.at,
        expiration_date: None,
        grace_until: None,
        hold_until: None,
        offer: None,
        credit: Money::ZERO,
        purchase_type: None,
        cancelled_transaction_ids: Vec::new(),
        replaces: None,
        replaced_by: None,
        dispute: None,
        origin: super::Origin::Device,
        personal: false,
        shown: Map::new(),
        hidden: Vec::new(),
    }
}

/// Creates a transaction that pays a period at the current price. Credits are not applied here.
pub(super) fn charge(
    purchase: &Purchase,
    kind: TransactionType,
    plan: &Plan,
    id: TransactionId,
    at: Timestamp,
    end: Option<Timestamp>,
) -> Transaction {
    let price = purchase.next_price(plan);
    let tax = plan.tax.share(price, plan.amount);
    let mut transaction = Transaction::free(id, kind, at, end).charging(price, tax);
    transaction.amount = price;
    transaction
}

/// Creates the transaction of a first period that costs nothing.
pub(super) fn unpaid(
    purchase: &Purchase,
    kind: TransactionType,
    plan: &Plan,
    at: Timestamp,
) -> Transaction {
    let id = purchase.original_transaction_id.clone();
    let mut transaction = Transaction::free(id, kind, at, purchase.expiration_date);
    transaction.amount = plan.amount;
    transaction.trial = purchase.in_trial;
    transaction
}
