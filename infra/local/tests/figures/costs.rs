//! `docs/costs.md`.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::assumptions::*;
use crate::counts::{Counts, Step};
use crate::flows::{CHECK, Counted, FULL_BATCH, Flows, NOTIFICATION, PURCHASE, RENEWAL, SCHEDULE};
use crate::prices::Prices;
use crate::template;

const MILLION: f64 = 1_000_000.0;

/// Flows in the order of the page, each with what happens in it.
const FLOWS: [(&str, &str); 5] = [
    (
        PURCHASE,
        "An app submits a purchase of Google Play, asks for the status twice while it is pending and once afterwards.\n\
         The purchase is verified, acknowledged and announced.",
    ),
    (
        NOTIFICATION,
        "Google Play's notification of that purchase arrives afterwards and shows nothing new.",
    ),
    (
        RENEWAL,
        "Google Play's notification of a renewal arrives; the renewal is announced.",
    ),
    (
        CHECK,
        "The schedule finds a subscription due, and its store shows nothing new.",
    ),
    (
        SCHEDULE,
        "The schedule runs every minute and looks into every shard.",
    ),
];

type Sum = BTreeMap<&'static str, f64>;

/// Renders the page.
pub fn page(counted: &Counted) -> String {
    let prices = Prices::read();
    let mut page = String::new();
    introduction(&mut page);
    sums(&mut page, counted, &prices);
    monthly(&mut page, counted, &prices);
    for (flow, text) in FLOWS {
        self::flow(&mut page, flow, text, &counted.flows[flow], &prices);
    }
    price_list(&mut page, &prices);
    assumed(&mut page);
    page
}

fn introduction(page: &mut String) {
    *page += "\
# Costs

With this page you can estimate what a stack costs, and see which calls of AWS each flow makes. The test `figures` in
`infra/local/tests` generates it: it plays each flow on the real functions with an AWS in its own process, counts calls,
bytes and item sizes, and multiplies them by [list prices](#prices). It fails if a count has grown or this page is out of
date. Do not edit the page; `cargo xtask figures` writes it.

Every function is warm. *One at a time* has each message and record in a batch of its own, as with little load. *Full
batches* has what ten share that are delivered together, as with much load: ten messages of the queue, or records of a
stream, share an invocation, its calls of SQS and SNS, and turns under the store's rate limit. Streams cost nothing when
Lambda reads them. Free tiers, taxes, data transfer and calls of stores are left out.

";
}

/// What the two sums cost with one kind of batches.
fn sums_of(counted: &Counted, flows: &Flows, prices: &Prices) -> [Sum; 2] {
    let mut purchases = added(
        prices.of_all(&flows[PURCHASE], MILLION),
        prices.of_all(&flows[NOTIFICATION], MILLION),
    );
    let mut months = added(
        prices.of_all(&flows[RENEWAL], MILLION),
        prices.of_all(&flows[CHECK], MILLION * CHECKS_PER_MONTH),
    );
    let (submissions, kept) = stored_bytes(counted);
    for (sum, bytes) in [(&mut purchases, submissions), (&mut months, kept)] {
        let gb = bytes * MILLION / 1_000_000_000.0;
        for name in ["stored GB", "recoverable GB"] {
            sum.insert(name, prices.usd(name, gb));
        }
    }
    [purchases, months]
}

/// Bytes of what expires, and of what does not.
fn stored_bytes(counted: &Counted) -> (f64, f64) {
    let submissions = counted.stored["purchases"];
    (
        submissions,
        counted.stored.values().sum::<f64>() - submissions,
    )
}

fn sums(page: &mut String, counted: &Counted, prices: &Prices) {
    let (submissions, kept) = stored_bytes(counted);
    let _ = write!(
        page,
        "## Sums\n\n\
         - **A million purchases** are a million of each: *{PURCHASE}* with three polls, the acknowledgement and the\n  \
         deliveries, and *{NOTIFICATION}*, the store's own one. What a submission stores\n  \
         ({} bytes) is counted for a whole month, although most of it expires after a week.\n\
         - **A million subscription-months** are a million of *{RENEWAL}* and {} million of *{CHECK}*, and the\n  \
         storage of what a purchase keeps ({} bytes after a renewal).\n\n\
         | USD | A million purchases, full batches | One at a time | A million subscription-months, full batches | One at a time |\n\
         |---|---:|---:|---:|---:|\n",
        plain(submissions),
        plain(CHECKS_PER_MONTH),
        plain(kept),
    );
    let [purchases, months] = sums_of(counted, &counted.flows, prices);
    let [purchases_together, months_together] = sums_of(counted, &counted.together, prices);
    let columns = [purchases_together, purchases, months_together, months];
    let of = |name: &str| -> f64 { columns.iter().filter_map(|sum| sum.get(name)).sum() };
    let mut names: Vec<&str> = columns.iter().flat_map(|sum| sum.keys().copied()).collect();
    names.sort_by(|one, other| of(other).total_cmp(&of(one)).then(one.cmp(other)));
    names.dedup();
    let row = |name: &str, usd: &dyn Fn(&Sum) -> f64, mark: &str| {
        let cells: Vec<_> = columns
            .iter()
            .map(|sum| format!("{mark}{:.2}{mark}", usd(sum)))
            .collect();
        format!("| {mark}{name}{mark} | {} |\n", cells.join(" | "))
    };
    for name in names {
        let usd = |sum: &Sum| sum.get(name).copied().unwrap_or_default();
        *page += &row(name, &usd, "");
    }
    *page += &row("together", &|sum: &Sum| sum.values().sum(), "**");
    *page += "\n";
}

/// What a month costs whatever the load.
fn monthly(page: &mut String, counted: &Counted, prices: &Prices) {
    let minutes = DAYS * 24.0 * 60.0;
    let run: f64 = prices
        .of_all(&counted.flows[SCHEDULE], minutes)
        .values()
        .sum();
    let metrics: std::collections::BTreeSet<_> = counted
        .flows
        .values()
        .flatten()
        .flat_map(|step| &step.metrics)
        .collect();
    let pairs = BROADCASTERS * STORES_EACH;
    let calls = WARM_INSTANCES * pairs * DAYS * 86_400.0 / CONFIGURATION_SECONDS;
    let (metrics, alarms) = (count(metrics.len()), count(template::alarm_metrics()));
    let rows = [
        (format!("schedule, {} runs", plain(minutes)), run),
        (
            format!("{} metrics of these flows, with one store", plain(metrics)),
            prices.usd("metrics", metrics),
        ),
        (
            format!("{} metrics that the template's alarms watch", plain(alarms)),
            prices.usd("alarm metrics", alarms),
        ),
        (
            format!(
                "{} secrets: one for each broadcaster and store",
                plain(pairs)
            ),
            prices.usd("secrets", pairs),
        ),
        (
            format!(
                "{} calls of Secrets Manager: {} warm instances read each of them every {} seconds",
                plain(calls),
                plain(WARM_INSTANCES),
                plain(CONFIGURATION_SECONDS)
            ),
            prices.usd("secret calls", calls),
        ),
    ];
    *page += "## Every month, whatever the load\n\n| What | USD |\n|---|---:|\n";
    for (what, usd) in &rows {
        let _ = writeln!(page, "| {what} | {usd:.2} |");
    }
    let total: f64 = rows.iter().map(|(_, usd)| usd).sum();
    let _ = writeln!(page, "| **together** | **{total:.2}** |\n");
}

fn flow(page: &mut String, name: &str, text: &str, steps: &[Step], prices: &Prices) {
    let mut title = name.to_owned();
    title[..1].make_ascii_uppercase();
    let _ = writeln!(page, "## {title}\n\n{text}\n");
    let names = Counts::default().named().map(|(name, _)| name);
    let _ = writeln!(
        page,
        "| Function | {} | USD per million |",
        names.join(" | ")
    );
    let _ = writeln!(page, "|---|{}---:|", "---:|".repeat(names.len()));
    let mut sum = Counts::default();
    for step in steps {
        sum = sum.combined(&step.counts, |one, other| one + other);
        let usd = prices.of(step).values().sum::<f64>() * MILLION;
        row(page, &step.function, &step.counts, usd);
    }
    let usd: f64 = prices.of_all(steps, MILLION).values().sum();
    row(page, "**together**", &sum, usd);
    *page += "\nCalls:\n\n";
    for step in steps {
        let _ = writeln!(page, "- `{}`", step.function);
        for (call, times) in repeated(&step.calls) {
            let times = if times > 1 {
                format!("{times} × ")
            } else {
                String::new()
            };
            let _ = writeln!(page, "  - {times}{call}");
        }
    }
    *page += "\n";
}

/// Calls, equal neighbours as one.
fn repeated(calls: &[String]) -> Vec<(&String, usize)> {
    let mut repeated: Vec<(&String, usize)> = Vec::new();
    for call in calls {
        match repeated.last_mut() {
            Some((last, times)) if *last == call => *times += 1,
            _ => repeated.push((call, 1)),
        }
    }
    repeated
}

fn row(page: &mut String, name: &str, counts: &Counts, usd: f64) {
    let counts = counts.named().map(|(_, value)| plain(value));
    let _ = writeln!(page, "| {name} | {} | {usd:.2} |", counts.join(" | "));
}

fn price_list(page: &mut String, prices: &Prices) {
    let _ = write!(
        page,
        "## Prices\n\nList prices of {}, read on {} from the pages named.\n\n| Price | USD | Source |\n|---|---:|---|\n",
        prices.region, prices.read
    );
    for price in prices.prices.values() {
        let (usd, per) = (price.usd, plain(price.per));
        let doubt = if price.to_be_confirmed {
            " (to be confirmed)"
        } else {
            ""
        };
        let _ = writeln!(
            page,
            "| {per} {} | {usd}{doubt} | {} |",
            price.of, price.source
        );
    }
    *page += "\n";
}

fn assumed(page: &mut String) {
    *page += "## Assumptions\n\n| What | Value |\n|---|---|\n";
    let durations = MILLISECONDS.map(|(function, time)| format!("`{function}` {}", plain(time)));
    let rows = [
        ("time of a call in milliseconds", durations.join(", ")),
        (
            "time of a call with a full batch",
            format!(
                "{} times as long, for {FULL_BATCH} messages",
                plain(FULL_BATCH_TIME)
            ),
        ),
        (
            "memory of a function",
            format!("{} MB", plain(MEMORY_GB * 1_024.0)),
        ),
        (
            "checks of a subscription in a month",
            plain(CHECKS_PER_MONTH),
        ),
        (
            "endpoints",
            "one for each feed of the broadcaster".to_owned(),
        ),
        (
            "a line of the API's access log",
            format!("{} bytes", plain(ACCESS_LOG_LINE)),
        ),
        (
            "broadcasters, and stores of each",
            format!("{}, {}", plain(BROADCASTERS), plain(STORES_EACH)),
        ),
        (
            "warm instances that read store configurations",
            plain(WARM_INSTANCES),
        ),
    ];
    for (what, value) in rows {
        let _ = writeln!(page, "| {what} | {value} |");
    }
}

fn added(mut one: Sum, other: Sum) -> Sum {
    for (name, usd) in other {
        *one.entry(name).or_default() += usd;
    }
    one
}

/// Formats a number with separators, and at most two decimals.
pub fn plain(number: f64) -> String {
    let text = format!("{number:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    let (whole, decimals) = text
        .split_once('.')
        .map_or((text, None), |(whole, rest)| (whole, Some(rest)));
    let mut grouped = String::new();
    for (position, digit) in whole.chars().enumerate() {
        if position > 0 && (whole.len() - position).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    decimals.map_or(grouped.clone(), |decimals| format!("{grouped}.{decimals}"))
}

fn count(number: usize) -> f64 {
    crate::counts::number(number)
}
