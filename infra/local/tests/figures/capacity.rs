//! `docs/capacity.md`.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::Deserialize;

use crate::assumptions::*;
use crate::costs::plain;
use crate::counts::{Step, TableUnits};
use crate::flows::{Counted, PURCHASE, RENEWAL};
use crate::template;

/// Largest share of a limit that the target load may use, in percent.
const MOST: f64 = 70.0;

/// Shards of an index `due` (`cloud::item::DUE_SHARDS`).
const SHARDS: f64 = 64.0;

/// Messages that a call of `store-verification` takes at most.
const MESSAGES_PER_CALL: f64 = 10.0;

/// Seconds for which messages are hidden in an outage of all stores, before the schedule takes over:
/// the two longest waits (`cloud::retry`).
const HIDDEN_SECONDS: f64 = 10.0;

/// Stores with a limit.
const STORES: [&str; 5] = ["Google Play", "App Store", "Roku", "Stripe", "Samsung TV"];

#[derive(Deserialize)]
struct Limit {
    of: String,
    /// What AWS or the store grants without being asked.
    default: f64,
    /// Quota that docs/operators.md says to request.
    requested: Option<f64>,
    source: String,
}

/// Use of a limit.
struct Use {
    limit: &'static str,
    used: f64,
    why: String,
}

/// Renders the page, and names the limits that are used too far.
pub fn page(counted: &Counted) -> (String, Vec<String>) {
    let limits: BTreeMap<String, Limit> =
        serde_json::from_str(include_str!("limits.json")).unwrap();
    let mut page = introduction();
    let mut faults = Vec::new();
    page += "| Limit | Granted | Used at the peak | Share | Why |\n|---|---:|---:|---:|---|\n";
    for one in uses(counted) {
        let limit = &limits[one.limit];
        let granted = limit.requested.unwrap_or(limit.default);
        let share = one.used / granted * 100.0;
        if share > MOST {
            faults.push(format!("{}: {share:.0} %", one.limit));
        }
        let requested = if limit.requested.is_some() {
            " (requested)"
        } else {
            ""
        };
        let _ = writeln!(
            page,
            "| [{}]({}) | {}{requested} | {} | {share:.0} % | {} |",
            limit.of,
            limit.source,
            plain(granted),
            plain(one.used),
            one.why
        );
    }
    peaks(&mut page, &limits);
    faults.extend(own_limits(&mut page));
    (page, faults)
}

fn introduction() -> String {
    format!(
        "\
# Capacity

With this page you can see how far a stack is from the limits of AWS and of the stores at the load that it is built for:
{} broadcasters, {} subscriptions, and a peak of {} purchases, {} store notifications and {} polls a second, all of them
possibly of one broadcaster. The test `figures` in `infra/local/tests` generates it from what it counts for
[costs](costs.md), and fails if a limit is used by more than {MOST} %. Do not edit the page; `cargo xtask figures` writes
it. [operators.md](operators.md#capacity) says how to request quotas.

Every notification is taken for a renewal, which costs more than one that changes nothing.

",
        plain(BROADCASTERS),
        plain(SUBSCRIPTIONS),
        plain(PURCHASES_PER_SECOND),
        plain(NOTIFICATIONS_PER_SECOND),
        plain(POLLS_PER_SECOND),
    )
}

fn uses(counted: &Counted) -> Vec<Use> {
    let mut uses = requests();
    uses.extend(tables(counted));
    uses.extend(publications(counted));
    uses.extend(stores());
    uses
}

/// What follows from the load alone.
fn requests() -> Vec<Use> {
    let requests = PURCHASES_PER_SECOND + NOTIFICATIONS_PER_SECOND + POLLS_PER_SECOND;
    let messages = PURCHASES_PER_SECOND + NOTIFICATIONS_PER_SECOND;
    let verification = template::default_of("VerificationConcurrency");
    let announcements = 2.0 * PURCHASES_PER_SECOND + NOTIFICATIONS_PER_SECOND;
    let fanout = announcements / RECORDS_PER_CALL * REQUEST_SECONDS;
    let pairs = BROADCASTERS * STORES_EACH;
    vec![
        use_of(
            "API requests",
            requests,
            "purchases, notifications and polls",
        ),
        use_of(
            "concurrent executions",
            requests * REQUEST_SECONDS + verification + fanout,
            &format!(
                "{} requests of {REQUEST_SECONDS} s, `VerificationConcurrency`, {} calls of `beacon-fanout`",
                plain(requests),
                plain(fanout)
            ),
        ),
        use_of(
            "messages in flight",
            messages * HIDDEN_SECONDS + verification * MESSAGES_PER_CALL,
            "an outage of all stores: each message is hidden twice for 5 s before the schedule takes over",
        ),
        use_of(
            "secret calls",
            (requests * REQUEST_SECONDS + verification) * pairs / CONFIGURATION_SECONDS,
            &format!(
                "every instance reads {} secrets every {} s",
                plain(pairs),
                plain(CONFIGURATION_SECONDS)
            ),
        ),
        use_of("stream readers", 1.0, "`beacon-fanout`"),
    ]
}

fn tables(counted: &Counted) -> Vec<Use> {
    let (purchase, renewal) = (&counted.flows[PURCHASE], &counted.flows[RENEWAL]);
    let of = |table: &str| {
        let (one, other) = (units(purchase, table), units(renewal, table));
        TableUnits {
            read: one.read * PURCHASES_PER_SECOND + other.read * NOTIFICATIONS_PER_SECOND,
            write: one.write * PURCHASES_PER_SECOND + other.write * NOTIFICATIONS_PER_SECOND,
            index: one.index * PURCHASES_PER_SECOND + other.index * NOTIFICATIONS_PER_SECOND,
        }
    };
    let mut uses = Vec::new();
    for (limit, table) in [
        ("writes of purchases", "purchases"),
        ("writes of subscriptions", "subscriptions"),
        ("writes of events", "events"),
    ] {
        let why = format!(
            "{} for a purchase, {} for a renewal",
            plain(written(purchase, table)),
            plain(written(renewal, table))
        );
        let load = of(table);
        uses.push(use_of(limit, load.write + load.index, &why));
    }
    let shard = of("purchases").index.max(of("subscriptions").index) / SHARDS;
    uses.push(use_of(
        "index shard",
        shard,
        &format!("the fuller index, spread over {} shards", plain(SHARDS)),
    ));
    uses.push(use_of(
        "reads of broadcasters",
        of("broadcasters").read,
        &format!(
            "{} for a purchase with its polls, {} for a notification",
            plain(units(purchase, "broadcasters").read),
            plain(units(renewal, "broadcasters").read)
        ),
    ));
    let largest = counted
        .flows
        .values()
        .flatten()
        .map(|step| step.largest_item);
    uses.push(use_of(
        "item size",
        largest.fold(0.0, f64::max),
        "the largest item of the flows",
    ));
    uses
}

fn publications(counted: &Counted) -> Vec<Use> {
    let messages = |flow: &str| {
        counted.flows[flow]
            .iter()
            .map(|step| step.counts.deliveries)
            .sum::<f64>()
    };
    let (purchase, renewal) = (messages(PURCHASE), messages(RENEWAL));
    let used = purchase * PURCHASES_PER_SECOND + renewal * NOTIFICATIONS_PER_SECOND;
    let why = format!(
        "{} for a purchase, {} for a renewal",
        plain(purchase),
        plain(renewal)
    );
    vec![use_of("publications", used, &why)]
}

/// Look-ups on average over a month. Peaks beyond a store's limit wait in the queue and in the schedule.
fn stores() -> Vec<Use> {
    let each = SUBSCRIPTIONS / BROADCASTERS;
    let month = DAYS * 86_400.0;
    let used = each * (CHECKS_PER_MONTH + 1.0) / month;
    let why = format!(
        "on average: {} subscriptions of one broadcaster, all at this store, {} checks and a renewal in a month",
        plain(each),
        plain(CHECKS_PER_MONTH)
    );
    STORES.map(|store| use_of(store, used, &why)).into()
}

/// How long a peak at one store lasts for its customers.
fn peaks(page: &mut String, limits: &BTreeMap<String, Limit>) {
    const MINUTES: f64 = 10.0;
    let _ = write!(
        page,
        "\n## Peaks at a store\n\nNo store answers as many look-ups a second as one broadcaster may have purchases. What a \
         store does not take waits in\nthe queue and in the schedule, and its customers wait with it. After {} minutes with {} \
         purchases a second, all of one\nbroadcaster at one store, the last one is verified after:\n\n| Store | Look-ups a \
         second | Hours |\n|---|---:|---:|\n",
        plain(MINUTES),
        plain(PURCHASES_PER_SECOND)
    );
    for store in STORES {
        let rate = limits[store].default;
        let hours = PURCHASES_PER_SECOND * MINUTES * 60.0 / rate / 3_600.0;
        let _ = writeln!(page, "| {store} | {} | {} |", plain(rate), plain(hours));
    }
}

/// The stack's own limits must let the load through.
fn own_limits(page: &mut String) -> Vec<String> {
    let rows = [
        ("SubmissionsPerSecond", PURCHASES_PER_SECOND),
        ("NotificationsPerSecond", NOTIFICATIONS_PER_SECOND),
        ("PollsPerSecond", POLLS_PER_SECOND),
    ];
    *page += "\n## Limits of the routes\n\nThe template's parameters let this load through:\n\n\
              | Parameter | Default | Load |\n|---|---:|---:|\n";
    let mut faults = Vec::new();
    for (parameter, load) in rows {
        let limit = template::default_of(parameter);
        let _ = writeln!(
            page,
            "| `{parameter}` | {} | {} |",
            plain(limit),
            plain(load)
        );
        if load >= limit {
            faults.push(format!("{parameter} is {limit}, for a load of {load}"));
        }
    }
    faults
}

fn units(steps: &[Step], table: &str) -> TableUnits {
    let mut sum = TableUnits::default();
    for units in steps.iter().filter_map(|step| step.tables.get(table)) {
        sum.read += units.read;
        sum.write += units.write;
        sum.index += units.index;
    }
    sum
}

fn written(steps: &[Step], table: &str) -> f64 {
    let units = units(steps, table);
    units.write + units.index
}

fn use_of(limit: &'static str, used: f64, why: &str) -> Use {
    Use {
        limit,
        used,
        why: why.to_owned(),
    }
}
