//! The store's own API: `POST` with JSON, always answered with HTTP 200.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde_json::{Map, Value, json};

use super::{
    Invoice, Status,
    application::Application,
    check_value,
    wire::{
        Answer, UNKNOWN_APPLICATION, UNKNOWN_INVOICE, WRONG_CHECK_VALUE, WRONG_STATUS, digits,
        field, page,
    },
};
use crate::{
    lookup_faults::{disturb, status_of, with_retry_after},
    registry::Registry,
    tenant::Tenant as _,
};

/// Serves `invoice/list`, `invoice/verify`, `invoice/apply` and `subscription/cancel`, unless a
/// fault is due.
pub(super) async fn call(
    State(applications): State<Arc<Registry<Application>>>,
    Path((group, name)): Path<(String, String)>,
    Json(body): Json<Value>,
) -> Response {
    let known = [
        ("invoice", "list"),
        ("invoice", "verify"),
        ("invoice", "apply"),
        ("subscription", "cancel"),
    ];
    if !known.contains(&(group.as_str(), name.as_str())) {
        return StatusCode::NOT_FOUND.into_response();
    }
    let Some(application) = applications.find(&field(&body, "AppID")) else {
        let answer = Answer::refused(UNKNOWN_APPLICATION, "Unknown application");
        return Json(answer.body).into_response();
    };
    let fault = application.call_arrives(&name, &field(&body, "CustomID"));
    let faulty = |status: u16, retry_after| {
        let response = status_of(status).into_response();
        let outcome = format!("http {status}");
        (outcome, with_retry_after(response, retry_after))
    };
    let ends = |outcome| application.call_ends(outcome);
    let cut_off = r#"{"CPStatus":"100000","#;
    if let Some(response) = disturb(fault, cut_off, faulty, ends).await {
        return response;
    }
    let answer = answer(&application, &name, &body);
    application.call_ends(answer.status.clone());
    Json(answer.body).into_response()
}

fn answer(application: &Application, name: &str, body: &Value) -> Answer {
    let configuration = application.configuration();
    if let Some(status) = &configuration.refuse_with {
        return Answer::refused(status, "Refused");
    }
    if name == "list" {
        return list(application, body);
    }
    let about = About {
        application,
        app_id: field(body, "AppID"),
        invoice_id: field(body, "InvoiceID"),
        custom_id: field(body, "CustomID"),
        country_code: field(body, "CountryCode"),
    };
    match name {
        "verify" => about.verify(),
        "apply" => about.apply(),
        _ => about.cancel(),
    }
}

fn list(application: &Application, body: &Value) -> Answer {
    let configuration = application.configuration();
    let names = ["AppID", "CustomID", "CountryCode", "ItemType", "PageNumber"];
    let values = names.map(|name| field(body, name));
    let expected = check_value::of(
        &configuration.security_key,
        &values.each_ref().map(String::as_str),
    );
    if field(body, "CheckValue") != expected {
        return Answer::refused(WRONG_CHECK_VALUE, "Invalid CheckValue");
    }
    let [_, custom_id, country_code, _, number] = values;
    let purchases = application.purchases_of(&custom_id, &country_code);
    page(&configuration, &purchases, number.parse().unwrap_or(1))
}

/// Call about one invoice. It carries no check value.
struct About<'a> {
    application: &'a Application,
    app_id: String,
    invoice_id: String,
    custom_id: String,
    country_code: String,
}

impl About<'_> {
    fn verify(&self) -> Answer {
        let app_id = self.app_id.clone();
        let invoice_id = self.invoice_id.clone();
        self.with(|invoice, _| match invoice.cancelled {
            true => Answer::refused(WRONG_STATUS, "Cancelled"),
            false => success([("AppID", json!(app_id)), ("InvoiceID", json!(invoice_id))]),
        })
    }

    fn apply(&self) -> Answer {
        self.with(|invoice, now| {
            let at = *invoice.applied_at.get_or_insert(now);
            success([("AppliedTime", json!(digits(at)))])
        })
    }

    /// Cancels the subscription on behalf of the content provider; it runs to its end.
    fn cancel(&self) -> Answer {
        let cancelled = self.application.change(
            &self.invoice_id,
            &self.custom_id,
            &self.country_code,
            |purchase, now| {
                if purchase.status != Status::Active.as_str() {
                    return Answer::refused(WRONG_STATUS, "Not active");
                }
                purchase.set(Status::CancelledByProvider);
                success([
                    ("InvoiceID", json!(self.invoice_id)),
                    ("SubsCancelTime", json!(digits(now))),
                    ("SubsStatus", json!(purchase.status)),
                ])
            },
        );
        cancelled.unwrap_or_else(unknown)
    }

    fn with(&self, change: impl FnOnce(&mut Invoice, jiff::Timestamp) -> Answer) -> Answer {
        let answered = self.application.change(
            &self.invoice_id,
            &self.custom_id,
            &self.country_code,
            |purchase, now| {
                let mut invoices = purchase.invoices.iter_mut();
                let invoice = invoices.find(|invoice| invoice.invoice_id == self.invoice_id);
                invoice.map(|invoice| change(invoice, now))
            },
        );
        answered.flatten().unwrap_or_else(unknown)
    }
}

fn unknown() -> Answer {
    Answer::refused(UNKNOWN_INVOICE, "Unknown invoice")
}

fn success<const N: usize>(fields: [(&str, Value); N]) -> Answer {
    let fields = fields
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value));
    Answer::success(fields.collect::<Map<_, _>>())
}
