//! JSON message inside a notification about a transaction.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::{Catalogue, Purchase, Transaction, TransactionType as Type};

/// Notification of the store, before it is wrapped, signed and sent.
#[derive(Debug, Clone, PartialEq)]
pub struct Published {
    /// Time of the event.
    pub at: Timestamp,
    /// `transactionType`.
    pub kind: String,
    /// [`Purchase::line`] that it is about.
    pub line: String,
    /// Whole message.
    pub message: Value,
}

/// Builds the message of a transaction. Each kind has its own members, as in the store's samples.
pub(super) fn of(catalogue: &Catalogue, purchase: &Purchase, transaction: &Transaction) -> Value {
    let kind = transaction.kind;
    let plan = catalogue.plan(&purchase.product_code).ok();
    let name = plan.map_or(purchase.product_code.as_str(), |plan| plan.shown_name());
    let first = transaction.transaction_id == purchase.original_transaction_id;
    let mut message = Message(Map::new());
    message.put("customerId", &purchase.customer_id);
    message.put("transactionType", kind.as_str());
    message.put("transactionId", &transaction.transaction_id);
    message.put("channelId", &purchase.channel_id);
    if kind.is_sale() || kind == Type::Credit {
        message.put("channelName", catalogue.channel_name(&purchase.channel_id));
    }
    message.put("productCode", &purchase.product_code);
    if !matches!(kind, Type::ChargebackReversed | Type::SecondChargeback) {
        message.put("productName", name);
    }
    if shows_money(kind) {
        message.put("price", transaction.price.json());
        if kind != Type::Credit {
            message.put("tax", transaction.tax.json());
        }
        message.put("total", transaction.total.json());
    }
    if shows_money(kind) || kind.is_sale() {
        message.put(
            "currency",
            plan.map_or("usd", |plan| plan.currency.as_str()),
        );
    }
    if let Some(credits) = transaction.credits_applied {
        message.put("creditsApplied", credits.json());
    }
    if kind.is_ledger() {
        let reference = transaction.partner_reference_id.as_deref();
        message.put("partnerReferenceId", reference.unwrap_or_default());
    }
    message.put("isFreeTrial", transaction.trial);
    if kind != Type::Credit {
        message.put("originalTransactionId", &purchase.original_transaction_id);
    }
    if kind != Type::Credit && !(first && kind.is_sale()) {
        message.put("originalPurchaseDate", purchase.original_purchase_date);
    }
    message.put("eventDate", event_date(kind, transaction.at));
    if let (Some(end), false) = (transaction.expiration_date, ends_nothing(kind)) {
        message.put("expirationDate", end);
    }
    if let Some(comments) = comments(kind, first, name) {
        message.put("comments", comments);
    }
    if kind.is_sale() {
        let (channel, context) = purchase.origin.words();
        message.put("purchaseChannel", channel);
        message.put("purchaseContext", context);
    }
    if kind == Type::Sale && first && purchase.personal {
        message.add_customer();
    }
    message.put("responseKey", &transaction.transaction_id);
    Value::Object(message.0)
}

struct Message(Map<String, Value>);

impl Message {
    fn put(&mut self, name: &str, value: impl serde::Serialize) {
        self.0.insert(name.to_owned(), json!(value));
    }

    /// Adds invented personal data.
    fn add_customer(&mut self) {
        for (name, value) in [
            ("email", "viewer@example.com"),
            ("zip", "95110"),
            ("gender", "unspecified"),
            ("firstName", "Sample"),
            ("lastName", "Viewer"),
            ("birthMonth", "4"),
            ("birthYear", "1980"),
            ("federationToken", "federation-token-0001"),
            ("pucId", "puc-0001"),
        ] {
            self.put(name, value);
        }
    }
}

fn shows_money(kind: Type) -> bool {
    matches!(kind, Type::Sale | Type::Resubscribe) || kind.is_ledger()
}

fn ends_nothing(kind: Type) -> bool {
    kind == Type::Resubscribe || kind.is_ledger()
}

/// Formats a date with as many fractional digits as the store's samples have: none, seven or nine.
fn event_date(kind: Type, at: Timestamp) -> String {
    let digits = match kind {
        Type::Sale => 7,
        Type::Credit => 9,
        _ => 0,
    };
    format!("{at:.digits$}")
}

fn comments(kind: Type, first: bool, name: &str) -> Option<String> {
    let text = match kind {
        Type::Sale if !first => "Recurring subscription processed",
        Type::Sale | Type::UpgradeSale | Type::DowngradeSale => "New order processed.",
        Type::GraceInitiated => "Subscription is in dunning state",
        Type::GraceRecovered => "Subscription recovered from dunning state.",
        Type::OnHoldInitiated => "Subscription is in Passive OnHold state",
        Type::OnHoldRecovered => "Subscription recovered from Passive OnHold state.",
        Type::CancellationOfferInitiated => "Initiated cancellation offer for the subscription.",
        Type::CancellationOfferEnded => "Cancellation offer for the subscription ended.",
        Type::Resubscribe => "Resubscription processed.",
        Type::Credit => "Admin credit push notifications",
        Type::Refund => return Some(format!("Refund for {name}")),
        Type::Cancellation | Type::UpgradeCancellation | Type::DowngradeCancellation => {
            return Some(format!("Cancellation for {name}"));
        }
        Type::Chargeback | Type::ChargebackReversed | Type::SecondChargeback => return None,
    };
    Some(text.to_owned())
}
