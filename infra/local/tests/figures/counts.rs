//! What one call of a function comes to, in the units that AWS charges for.

use std::collections::{BTreeMap, BTreeSet};

use in_process_aws::{Call, item_size};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Bytes for which SQS and SNS charge one request.
const CHUNK: usize = 64 * 1_024;

/// Fields of log lines whose length depends on the moment, and what stands for them.
const VARYING: [(&str, f64); 5] = [
    ("latency_ms", 1_000.0),
    ("oldest_due_s", 100.0),
    ("OldestDue", 100.0),
    ("ReceivedToPublished", 1_000.0),
    ("Reconciled", 1.0),
];

/// One call of a function.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Step {
    /// Function that was called.
    pub function: String,
    #[serde(flatten)]
    pub counts: Counts,
    /// Request units of each table; those of its index count as writes.
    pub tables: BTreeMap<String, TableUnits>,
    /// Size of the largest item that was written, in bytes.
    pub largest_item: f64,
    /// Each call of AWS, in words.
    pub calls: Vec<String>,
    /// Metrics that were written, each with its dimensions.
    pub metrics: BTreeSet<String>,
}

/// Request units of a table.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct TableUnits {
    pub read: f64,
    pub write: f64,
    pub index: f64,
}

/// Units that are charged for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Counts {
    /// Requests to the HTTP API.
    pub api_requests: f64,
    pub invocations: f64,
    pub read_units: f64,
    /// Of tables.
    pub write_units: f64,
    /// Of indexes.
    pub index_write_units: f64,
    pub sqs_requests: f64,
    pub sns_requests: f64,
    /// Messages that SNS delivers to endpoints.
    pub deliveries: f64,
    pub secret_calls: f64,
    /// Log lines, those with metrics included.
    pub log_bytes: f64,
}

impl Counts {
    pub fn combined(&self, other: &Self, with: impl Fn(f64, f64) -> f64) -> Self {
        Self {
            api_requests: with(self.api_requests, other.api_requests),
            invocations: with(self.invocations, other.invocations),
            read_units: with(self.read_units, other.read_units),
            write_units: with(self.write_units, other.write_units),
            index_write_units: with(self.index_write_units, other.index_write_units),
            sqs_requests: with(self.sqs_requests, other.sqs_requests),
            sns_requests: with(self.sns_requests, other.sns_requests),
            deliveries: with(self.deliveries, other.deliveries),
            secret_calls: with(self.secret_calls, other.secret_calls),
            log_bytes: with(self.log_bytes, other.log_bytes),
        }
    }

    /// Names and values, in the order of the tables.
    pub fn named(&self) -> [(&'static str, f64); 10] {
        [
            ("API requests", self.api_requests),
            ("invocations", self.invocations),
            ("read units", self.read_units),
            ("write units", self.write_units),
            ("index write units", self.index_write_units),
            ("SQS requests", self.sqs_requests),
            ("SNS requests", self.sns_requests),
            ("deliveries", self.deliveries),
            ("secret calls", self.secret_calls),
            ("log bytes", self.log_bytes),
        ]
    }
}

impl Step {
    pub fn of(function: &str, is_request: bool, calls: &[Call], lines: &str) -> Self {
        let mut step = Self {
            function: function.to_owned(),
            counts: Counts {
                api_requests: f64::from(u8::from(is_request)),
                invocations: 1.0,
                ..Counts::default()
            },
            tables: BTreeMap::new(),
            largest_item: largest_item(calls),
            calls: calls.iter().map(described).collect(),
            metrics: BTreeSet::new(),
        };
        for call in calls {
            step.counts.add(call);
            for (table, units) in &call.units {
                let sum = step.tables.entry(table.clone()).or_default();
                sum.read += number(units.half_reads) / 2.0;
                sum.write += number(units.write);
                sum.index += number(units.index_write);
            }
        }
        for line in lines.lines() {
            step.log(line);
        }
        step
    }

    /// Adds the calls with which Lambda receives a message of a queue and deletes it, in a batch of
    /// its own.
    pub fn received_batch(&mut self) {
        self.counts.sqs_requests += 2.0;
        self.calls
            .push("ReceiveMessage, DeleteMessageBatch (by Lambda)".to_owned());
    }

    /// What this step costs beyond another one.
    pub fn less(mut self, other: &Self) -> Self {
        self.counts = self
            .counts
            .combined(&other.counts, |one, other| one - other);
        for (table, units) in &mut self.tables {
            let other = other.tables.get(table).copied().unwrap_or_default();
            units.read -= other.read;
            units.write -= other.write;
            units.index -= other.index;
        }
        // Both contain the calls that find what is due.
        self.calls.retain(|call| !other.calls.contains(call));
        self
    }

    /// One of several calls that do the same, on average.
    ///
    /// # Panics
    /// If there is none.
    pub fn average(steps: Vec<Self>) -> Self {
        let parts = number(steps.len());
        let sum = steps.into_iter().reduce(Self::plus).unwrap();
        sum.divided(parts)
    }

    fn plus(mut self, other: Self) -> Self {
        self.counts = self
            .counts
            .combined(&other.counts, |one, other| one + other);
        for (table, units) in other.tables {
            let sum = self.tables.entry(table).or_default();
            sum.read += units.read;
            sum.write += units.write;
            sum.index += units.index;
        }
        self.largest_item = self.largest_item.max(other.largest_item);
        self.metrics.extend(other.metrics);
        self
    }

    /// The part of one of `parts`.
    pub fn divided(mut self, parts: f64) -> Self {
        self.counts = self
            .counts
            .combined(&Counts::default(), |one, _| one / parts);
        for units in self.tables.values_mut() {
            units.read /= parts;
            units.write /= parts;
            units.index /= parts;
        }
        // Calls for several are made side by side, in any order.
        if parts > 1.0 {
            self.calls.sort();
            self.calls.dedup();
        }
        self
    }

    fn log(&mut self, line: &str) {
        let mut line: Value = serde_json::from_str(line).unwrap();
        for (name, value) in VARYING {
            if line.get(name).is_some() {
                line[name] = json!(value);
            }
        }
        self.metrics.extend(metrics(&line));
        self.counts.log_bytes += number(line.to_string().len() + 1);
    }
}

impl Counts {
    fn add(&mut self, call: &Call) {
        let input = &call.input;
        match (call.service, call.operation.as_str()) {
            ("dynamodb", _) => {
                for units in call.units.values() {
                    self.read_units += number(units.half_reads) / 2.0;
                    self.write_units += number(units.write);
                    self.index_write_units += number(units.index_write);
                }
            }
            ("sqs", _) => self.sqs_requests += number(bytes_queued(input).div_ceil(CHUNK).max(1)),
            ("sns", "PublishBatch") => {
                let messages = input["entries"].as_array().unwrap();
                let bytes: usize = messages.iter().map(published_bytes).sum();
                self.sns_requests += number(bytes.div_ceil(CHUNK).max(1));
                // One endpoint for each feed.
                self.deliveries += number(messages.len());
            }
            ("secretsmanager", _) => self.secret_calls += 1.0,
            (service, operation) => panic!("nobody knows what {service}:{operation} costs"),
        }
    }
}

fn bytes_queued(input: &Value) -> usize {
    let of = |message: &Value| match message["MessageBody"].as_str() {
        Some(body) => length(&serde_json::from_str(body).unwrap()),
        None => 0,
    };
    match input["Entries"].as_array() {
        Some(entries) => entries.iter().map(of).sum(),
        None => of(input),
    }
}

fn published_bytes(entry: &Value) -> usize {
    length(&entry["message"]) + length(&entry["attributes"])
}

/// Length of a JSON text in which every time has three decimals: it must not depend on the moment.
fn length(json: &Value) -> usize {
    steady(json).to_string().len()
}

fn steady(json: &Value) -> Value {
    match json {
        Value::String(text) if text.parse::<jiff::Timestamp>().is_ok() => {
            json!("2026-01-01T00:00:00.000Z")
        }
        Value::Array(elements) => elements.iter().map(steady).collect(),
        Value::Object(fields) => fields
            .iter()
            .map(|(name, value)| (name.clone(), steady(value)))
            .collect(),
        other => other.clone(),
    }
}

fn largest_item(calls: &[Call]) -> f64 {
    let images = calls.iter().flat_map(|call| &call.images);
    let sizes = images.map(|image| item_size(&image.item));
    number(sizes.max().unwrap_or_default())
}

/// A call in words: tables, units, sizes.
fn described(call: &Call) -> String {
    let operation = &call.operation;
    match call.service {
        "dynamodb" => format!("{operation}: {}", of_tables(call)),
        "sqs" => format!("{operation}: {} bytes", bytes_queued(&call.input)),
        "sns" => {
            let messages = call.input["entries"].as_array().unwrap();
            let bytes: usize = messages.iter().map(published_bytes).sum();
            format!("{operation}: {} messages, {bytes} bytes", messages.len())
        }
        _ => operation.clone(),
    }
}

fn of_tables(call: &Call) -> String {
    let tables = call.units.iter().map(|(table, units)| {
        let counted = [
            (number(units.half_reads) / 2.0, "read"),
            (number(units.write), "write"),
            (number(units.index_write), "index"),
        ];
        let counted = counted.iter().filter(|(units, _)| *units > 0.0);
        let counted: Vec<_> = counted
            .map(|(units, kind)| format!("{units} {kind}"))
            .collect();
        let images = call.images.iter().filter(|image| image.table == *table);
        let sizes: Vec<_> = images
            .map(|image| item_size(&image.item).to_string())
            .collect();
        if sizes.is_empty() {
            format!("{table} {}", counted.join(", "))
        } else {
            format!(
                "{table} {} ({} bytes)",
                counted.join(", "),
                sizes.join(" + ")
            )
        }
    });
    tables.collect::<Vec<_>>().join("; ")
}

/// Metrics of a line in the embedded metric format, each with the values of its dimensions.
fn metrics(line: &Value) -> Vec<String> {
    let mut found = Vec::new();
    for directive in line["_aws"]["CloudWatchMetrics"]
        .as_array()
        .into_iter()
        .flatten()
    {
        for set in directive["Dimensions"].as_array().unwrap() {
            let names = set.as_array().unwrap().iter();
            let values: Vec<_> = names
                .map(|name| line[name.as_str().unwrap()].as_str().unwrap().to_owned())
                .collect();
            for metric in directive["Metrics"].as_array().unwrap() {
                let name = metric["Name"].as_str().unwrap();
                found.push(format!("{name} {}", values.join(" ")).trim().to_owned());
            }
        }
    }
    found
}

/// Converts a count, which is always small.
pub fn number(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap())
}
