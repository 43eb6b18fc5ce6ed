//! Costs and capacity: each flow is played on the functions and counted. `docs/costs.md` and
//! `docs/capacity.md` are written from the counts, which must not grow. Needs no local stack.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "the whole crate is tests: what can't be done fails the test"
)]

mod assumptions;
mod capacity;
mod committed;
mod costs;
mod counts;
mod flows;
mod prices;
mod scene;
mod template;

use committed::{grown, stale};

const COUNTS: &str = "infra/local/tests/figures/counts.json";
const COUNTS_TOGETHER: &str = "infra/local/tests/figures/counts_together.json";

#[tokio::test]
async fn no_flow_costs_more_and_the_pages_are_up_to_date() {
    let counted = flows::counted().await;
    let mut faults = grown(COUNTS, &counted.flows);
    faults.extend(grown(COUNTS_TOGETHER, &counted.together));
    let text = |flows| serde_json::to_string_pretty(flows).unwrap() + "\n";
    let (capacity, beyond) = capacity::page(&counted);
    faults.extend(stale(COUNTS, &text(&counted.flows)));
    faults.extend(stale(COUNTS_TOGETHER, &text(&counted.together)));
    faults.extend(stale("docs/costs.md", &costs::page(&counted)));
    faults.extend(stale("docs/capacity.md", &capacity));
    faults.extend(beyond);
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
