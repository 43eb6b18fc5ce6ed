//! Responses of look-ups.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::{AnswerForm, Catalogue, Fresh, Purchase, State, StatusStyle, Transaction};

/// State of a purchase, as a response shows it.
struct Standing {
    entitled: bool,
    cancelled: bool,
    status: &'static str,
    end: Option<Timestamp>,
}

/// Builds the response of `validate-transaction` by one of the purchase's transactions; `None` if
/// the call does not know it.
pub(super) fn validated(
    catalogue: &Catalogue,
    purchase: &Purchase,
    id: &str,
    form: &AnswerForm,
    now: Timestamp,
) -> Option<Value> {
    let asked = purchase.transaction(id)?;
    if asked.kind.is_ledger() || (form.only_charges && !asked.kind.is_charge()) {
        return None;
    }
    let standing = if is_fresh(purchase, id, form.fresh) {
        standing(purchase, form, now)
    } else {
        standing_of_period(asked, now)
    };
    let shown = if asked.kind.is_charge() {
        asked
    } else {
        purchase.last_charge()?
    };
    let mut answer = common(catalogue, purchase, shown, form);
    let (channel, context) = purchase.origin.words();
    let replaced = &purchase.cancelled_transaction_ids;
    let replaced = (!replaced.is_empty()).then_some(replaced);
    for (name, value) in [
        ("transactionId", json!(id)),
        (
            "OriginalTransactionId",
            json!(purchase.original_transaction_id),
        ),
        ("channelId", channel_id(purchase, form)),
        (
            "expirationDate",
            json!(standing.end.map(|end| date(end, form))),
        ),
        ("isEntitled", json!(standing.entitled)),
        ("cancelled", json!(standing.cancelled)),
        ("purchaseStatus", json!(status(standing.status, form))),
        ("purchaseType", json!(purchase.purchase_type)),
        ("cancelledTransactionIds", json!(replaced)),
        ("purchaseChannel", json!(channel.to_ascii_lowercase())),
        ("purchaseContext", json!(context.to_ascii_lowercase())),
    ] {
        answer.insert(name.to_owned(), value);
    }
    answer.extend(purchase.shown.clone());
    answer.retain(|name, _| !purchase.hidden.contains(name));
    Some(Value::Object(answer))
}

/// Builds the response of `validate-refund`, of which the store's sample has no channel and no
/// first transaction.
pub(super) fn refunded(
    catalogue: &Catalogue,
    purchase: &Purchase,
    refund: &Transaction,
    form: &AnswerForm,
) -> Value {
    let mut answer = common(catalogue, purchase, refund, form);
    for (name, value) in [
        ("transactionId", json!(refund.transaction_id)),
        ("OriginalTransactionId", Value::Null),
        ("channelId", json!(0)),
        ("expirationDate", Value::Null),
        ("isEntitled", json!(false)),
        ("cancelled", json!(false)),
        ("creditsApplied", Value::Null),
    ] {
        answer.insert(name.to_owned(), value);
    }
    Value::Object(answer)
}

fn common(
    catalogue: &Catalogue,
    purchase: &Purchase,
    shown: &Transaction,
    form: &AnswerForm,
) -> Map<String, Value> {
    let plan = catalogue.plan(&purchase.product_code).ok();
    let name = plan.map_or(purchase.product_code.as_str(), |plan| plan.shown_name());
    let members = [
        ("errorCode", Value::Null),
        ("errorDetails", Value::Null),
        ("errorMessage", json!("")),
        ("status", json!(0)),
        ("rokuCustomerId", json!(purchase.customer_id)),
        (
            "channelName",
            json!(catalogue.channel_name(&purchase.channel_id)),
        ),
        ("productId", json!(purchase.product_code)),
        ("productName", json!(name)),
        ("quantity", json!(1)),
        ("amount", shown.amount.json()),
        ("tax", shown.tax.json()),
        ("total", shown.total.json()),
        (
            "currency",
            json!(plan.map_or("usd", |plan| plan.currency.as_str())),
        ),
        ("couponCode", Value::Null),
        ("partnerReferenceId", json!(shown.partner_reference_id)),
        ("purchaseDate", json!(date(shown.at, form))),
        (
            "originalPurchaseDate",
            json!(date(purchase.original_purchase_date, form)),
        ),
    ];
    let members = members.into_iter();
    members
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

fn is_fresh(purchase: &Purchase, id: &str, fresh: Fresh) -> bool {
    match fresh {
        Fresh::Every => true,
        Fresh::Original => purchase.original_transaction_id.as_str() == id,
        Fresh::Latest => {
            let mut newest = purchase.transactions.iter().rev();
            let until_charge = newest.find(|transaction| {
                transaction.transaction_id.as_str() == id || transaction.kind.is_charge()
            });
            until_charge.is_some_and(|found| found.transaction_id.as_str() == id)
        }
    }
}

fn standing(purchase: &Purchase, form: &AnswerForm, now: Timestamp) -> Standing {
    let (entitled, cancelled, status) = match purchase.state_at(now) {
        State::Active | State::InGrace => (true, false, "Active"),
        State::OnHold => (false, false, "Inactive"),
        State::Cancelled => (true, true, "Active"),
        State::PendingActive => (form.pending_active_entitled, false, "PendingActive"),
        State::PendingInactive => (true, true, "PendingInactive"),
        State::Ended => (false, true, "Inactive"),
        State::OneTime => (false, false, "Active"),
    };
    Standing {
        entitled,
        cancelled,
        status,
        end: purchase.expiration_date,
    }
}

fn standing_of_period(transaction: &Transaction, now: Timestamp) -> Standing {
    let entitled = transaction.expiration_date.is_some_and(|end| end > now);
    Standing {
        entitled,
        cancelled: false,
        status: if entitled { "Active" } else { "Inactive" },
        end: transaction.expiration_date,
    }
}

fn channel_id(purchase: &Purchase, form: &AnswerForm) -> Value {
    let number = purchase.channel_id.parse::<u64>().ok();
    match number.filter(|_| !form.channel_id_as_text) {
        Some(number) => json!(number),
        None => json!(purchase.channel_id),
    }
}

fn status(status: &str, form: &AnswerForm) -> String {
    match form.status_style {
        StatusStyle::Joined => status.to_owned(),
        StatusStyle::Underscored => status.replace("Pending", "Pending_"),
    }
}

fn date(at: Timestamp, form: &AnswerForm) -> String {
    format!("/Date({}{})/", at.as_millisecond(), form.date_offset)
}
