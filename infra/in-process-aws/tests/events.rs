//! Every trigger of a function has an event to test it with, and the tables here are those of the
//! template.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, in its helpers too"
)]

use std::collections::BTreeSet;

use in_process_aws::{event, event_names, events_folder};
use serde_json::Value;

fn template() -> String {
    let path = events_folder().join("../template.yaml");
    std::fs::read_to_string(path).unwrap()
}

/// Returns the text after `name: `, line by line.
fn values<'a>(template: &'a str, name: &str) -> Vec<&'a str> {
    let name = format!("{name}: ");
    template
        .lines()
        .filter_map(|line| line.trim_start().strip_prefix(&name))
        .collect()
}

/// Converts `PurchaseIntake` to `purchase-intake`.
fn kebab(name: &str) -> String {
    name.chars().fold(String::new(), |mut kebab, c| {
        if c.is_uppercase() && !kebab.is_empty() {
            kebab.push('-');
        }
        kebab.extend(c.to_lowercase());
        kebab
    })
}

/// Returns every route and the function that it leads to.
fn routes() -> BTreeSet<(String, String)> {
    let template = template();
    let functions = values(&template, "Target")
        .into_iter()
        .filter_map(|target| {
            let integration = target.strip_prefix("!Sub integrations/${")?;
            Some(kebab(integration.strip_suffix("Integration}")?))
        });
    let keys = values(&template, "RouteKey").into_iter().map(str::to_owned);
    keys.zip(functions).collect()
}

#[test]
fn every_route_has_an_event_in_its_function_s_folder_and_no_event_is_of_another_route() {
    let routes = routes();
    assert_eq!(routes.len(), values(&template(), "RouteKey").len());
    let functions: BTreeSet<&String> = routes.iter().map(|(_, function)| function).collect();
    let mut covered = BTreeSet::new();
    for function in functions {
        for name in event_names(function) {
            let event = event(&format!("{function}/{name}"));
            let route = event["routeKey"].as_str().unwrap();
            assert_eq!(event["version"], "2.0");
            assert_eq!(event["requestContext"]["routeKey"], route);
            covered.insert((route.to_owned(), function.clone()));
        }
    }
    assert_eq!(covered, routes);
}

#[test]
fn every_function_has_an_event() {
    for folder in values(&template(), "CodeUri") {
        let function = folder.strip_prefix("functions/").unwrap();
        assert!(!event_names(function).is_empty(), "{function}");
    }
}

#[test]
fn the_tables_index_what_the_template_s_tables_index() {
    let template = template();
    let tables: Vec<Value> = serde_json::from_str(include_str!("../src/tables.json")).unwrap();
    let projected: BTreeSet<String> = tables
        .iter()
        .filter_map(|table| {
            let attributes = table.pointer("/GlobalSecondaryIndexes/0/Projection/NonKeyAttributes");
            let names = attributes?.as_array()?.iter().filter_map(Value::as_str);
            Some(format!("[{}]", names.collect::<Vec<_>>().join(", ")))
        })
        .collect();
    let expected = values(&template, "NonKeyAttributes").into_iter();
    assert_eq!(projected, expected.map(str::to_owned).collect());
}
