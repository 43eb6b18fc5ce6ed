//! Resource that a path names.

use axum::http::Method;

use super::{error::ApiError, query::Query};
use crate::stripe::{Permission, model::Listed};

/// Call of the API.
pub(super) struct Call {
    /// Short name, by which calls are counted and limited.
    pub(super) kind: &'static str,
    pub(super) permission: Permission,
    pub(super) resource: Resource,
}

pub(super) enum Resource {
    Account,
    Object {
        /// Value of the `object` member, which errors use as the name.
        noun: &'static str,
        /// Name of the id parameter in errors.
        param: &'static str,
        id: String,
    },
    Event {
        id: String,
    },
    Events,
    List {
        listed: Listed,
        /// Object in the path that the list belongs to.
        of: Option<String>,
    },
}

/// Parameters that narrow a list to one purchase.
const FILTERS: [&str; 6] = [
    "subscription",
    "payment[payment_intent]",
    "payment_intent",
    "charge",
    "invoice",
    "customer",
];

impl Call {
    pub(super) fn parse(method: &Method, path: &str) -> Result<Self, ApiError> {
        let unknown = || ApiError::unknown_url(method.as_str(), path);
        if method != Method::GET {
            return Err(unknown());
        }
        let path = path.strip_prefix("/v1/").unwrap_or(path);
        let segments: Vec<&str> = path.split('/').collect();
        parse(&segments).ok_or_else(unknown)
    }

    /// Returns the requested id, or the id by which a list is filtered; otherwise the call's kind.
    pub(super) fn about(&self, query: &Query) -> String {
        let of_list = || {
            let given = FILTERS.iter().find_map(|name| query.peek(name));
            given.unwrap_or(self.kind).to_owned()
        };
        match &self.resource {
            Resource::Object { id, .. } | Resource::Event { id } => id.clone(),
            Resource::List { of: Some(id), .. } => id.clone(),
            Resource::Account | Resource::Events | Resource::List { of: None, .. } => of_list(),
        }
    }
}

fn parse(segments: &[&str]) -> Option<Call> {
    use Permission as May;
    let call = |kind, permission, resource| Call {
        kind,
        permission,
        resource,
    };
    let object = |kind, permission, noun, id: &str| {
        let param = match noun {
            "payment_intent" => "intent",
            _ => "id",
        };
        let id = id.to_owned();
        call(kind, permission, Resource::Object { noun, param, id })
    };
    let list = |kind, permission, listed| {
        let of = None;
        call(kind, permission, Resource::List { listed, of })
    };
    Some(match segments {
        ["account"] => call("account", May::Account, Resource::Account),
        ["events"] => call("events", May::Events, Resource::Events),
        ["events", id] => {
            let id = (*id).to_owned();
            call("event", May::Events, Resource::Event { id })
        }
        ["subscriptions"] => list("subscriptions", May::Subscriptions, Listed::Subscriptions),
        ["subscriptions", id] => object("subscription", May::Subscriptions, "subscription", id),
        ["subscription_schedules", id] => object(
            "subscriptionSchedule",
            May::Subscriptions,
            "subscription_schedule",
            id,
        ),
        ["subscription_items"] => list(
            "subscriptionItems",
            May::Subscriptions,
            Listed::SubscriptionItems,
        ),
        ["checkout", "sessions"] => list("sessions", May::CheckoutSessions, Listed::Sessions),
        ["checkout", "sessions", id] => {
            object("session", May::CheckoutSessions, "checkout.session", id)
        }
        ["checkout", "sessions", id, "line_items"] => {
            let (listed, of) = (Listed::LineItems, Some((*id).to_owned()));
            let resource = Resource::List { listed, of };
            call("lineItems", May::CheckoutSessions, resource)
        }
        ["invoices"] => list("invoices", May::Invoices, Listed::Invoices),
        ["invoices", id] => object("invoice", May::Invoices, "invoice", id),
        ["invoice_payments"] => list("invoicePayments", May::Invoices, Listed::InvoicePayments),
        ["invoice_payments", id] => object("invoicePayment", May::Invoices, "invoice_payment", id),
        ["payment_intents", id] => object("paymentIntent", May::Charges, "payment_intent", id),
        ["charges"] => list("charges", May::Charges, Listed::Charges),
        ["charges", id] => object("charge", May::Charges, "charge", id),
        ["refunds"] => list("refunds", May::Charges, Listed::Refunds),
        ["refunds", id] => object("refund", May::Charges, "refund", id),
        ["disputes"] => list("disputes", May::Charges, Listed::Disputes),
        ["disputes", id] => object("dispute", May::Charges, "dispute", id),
        ["customers", id] => object("customer", May::Customers, "customer", id),
        ["prices", id] => object("price", May::Products, "price", id),
        ["products", id] => object("product", May::Products, "product", id),
        _ => return None,
    })
}
