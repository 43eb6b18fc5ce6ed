//! Subscriptions and their items.

use serde_json::{Map, Value, json};

use super::{Rendering, list, plan, price, seconds};
use crate::stripe::model::{Item, PauseCollection, Paused, Schedule, Subscription};

/// Builds the object, with as many items as are shown inline.
pub(in super::super) fn subscription(known: &Subscription, rendering: &Rendering<'_>) -> Value {
    let id = &known.subscription_id;
    let shown = known.items.iter().take(rendering.inline_items);
    let data = shown.map(|one| item(one, known, rendering));
    let data: Vec<Value> = data.collect();
    let mut items = list(&format!("/v1/subscription_items?subscription={id}"), &data);
    if let Some(items) = items.as_object_mut() {
        let more = known.items.len() > rendering.inline_items;
        items.insert("has_more".to_owned(), json!(more));
    }
    let status = match &known.shown_status {
        Some(shown) => json!(shown),
        None => json!(known.status),
    };
    let mut object = json!({
        "id": id,
        "object": "subscription",
        "application": null,
        "billing_cycle_anchor": known.billing_cycle_anchor.as_second(),
        "cancel_at": seconds(known.cancel_at),
        "cancel_at_period_end": known.cancel_at_period_end,
        "canceled_at": seconds(known.canceled_at),
        "cancellation_details": {
            "comment": known.cancellation.comment,
            "feedback": known.cancellation.feedback,
            "reason": known.cancellation.reason,
        },
        "collection_method": "charge_automatically",
        "created": known.created.as_second(),
        "currency": known.items.first().map(|item| item.price.currency.as_str()),
        "customer": known.customer_id,
        "days_until_due": null,
        "default_payment_method": known.default_payment_method,
        "description": null,
        "ended_at": seconds(known.ended_at),
        "items": items,
        "latest_invoice": known.latest_invoice,
        "livemode": known.livemode,
        "metadata": known.metadata,
        "pause_collection": known.pause_collection.as_ref().map(pause_collection),
        "pending_setup_intent": null,
        "pending_update": null,
        "schedule": known.schedule.as_ref().map(|one| one.schedule_id.as_str()),
        "start_date": known.created.as_second(),
        "status": status,
        "test_clock": null,
        "trial_end": seconds(known.trial_end),
        "trial_settings": {
            "end_behavior": {"missing_payment_method": known.missing_payment_method},
        },
        "trial_start": seconds(known.trial_start),
    });
    if let Some(members) = object.as_object_mut() {
        members.extend(by_version(known, rendering));
    }
    object
}

fn by_version(known: &Subscription, rendering: &Rendering<'_>) -> Map<String, Value> {
    let mut members = Map::new();
    let mut add = |name: &str, value| members.insert(name.to_owned(), value);
    if rendering.version.has_item_periods() {
        let kind = if known.flexible {
            "flexible"
        } else {
            "classic"
        };
        add("billing_mode", json!({"type": kind}));
    } else {
        add(
            "current_period_start",
            json!(known.period_start().as_second()),
        );
        add("current_period_end", json!(known.period_end().as_second()));
        let first = known.items.first();
        add(
            "plan",
            json!(first.map(|item| plan(&item.price, known.livemode))),
        );
        add("quantity", json!(first.map(|item| item.quantity)));
    }
    if let (true, Some(paused)) = (rendering.version.has_status_details(), &known.paused) {
        add("status_details", status_details(paused));
    }
    members
}

fn status_details(paused: &Paused) -> Value {
    json!({"paused": {
        "type": "subscription",
        "transitioned_at": paused.transitioned_at.as_second(),
        "subscription": {"type": paused.pause_type},
    }})
}

fn pause_collection(given: &PauseCollection) -> Value {
    json!({"behavior": given.behavior, "resumes_at": seconds(given.resumes_at)})
}

pub(in super::super) fn item(
    known: &Item,
    subscription: &Subscription,
    rendering: &Rendering<'_>,
) -> Value {
    let livemode = subscription.livemode;
    let mut object = json!({
        "id": known.item_id,
        "object": "subscription_item",
        "created": subscription.created.as_second(),
        "metadata": {},
        "quantity": known.quantity,
        "subscription": subscription.subscription_id,
    });
    if let Some(members) = object.as_object_mut() {
        let mut add = |name: &str, value| members.insert(name.to_owned(), value);
        if rendering.version.has_item_periods() {
            add(
                "current_period_start",
                json!(known.current_period_start.as_second()),
            );
            add(
                "current_period_end",
                json!(known.current_period_end.as_second()),
            );
        } else {
            add("plan", plan(&known.price, livemode));
        }
        if rendering.version.has_prices() {
            add("price", price(&known.price, livemode));
        }
    }
    object
}

/// Builds the schedule: the current period, then the scheduled one.
pub(in super::super) fn schedule(schedule: &Schedule, known: &Subscription) -> Value {
    let (start, end) = (known.period_start(), known.period_end());
    let phase = |start: Option<jiff::Timestamp>, end, items: Vec<Value>| json!({"start_date": seconds(start), "end_date": seconds(end), "items": items, "metadata": {}});
    let now = known.items.iter();
    let now = now.map(|item| json!({"price": item.price.price_id, "quantity": item.quantity}));
    let later = json!({"price": schedule.price.price_id, "quantity": 1});
    json!({
        "id": schedule.schedule_id,
        "object": "subscription_schedule",
        "customer": known.customer_id,
        "end_behavior": "release",
        "livemode": known.livemode,
        "phases": [phase(Some(start), Some(end), now.collect()), phase(Some(end), None, vec![later])],
        "status": "active",
        "subscription": known.subscription_id,
    })
}
