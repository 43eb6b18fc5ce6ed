//! Request units that DynamoDB charges for a call.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use dynoxide::Database;
use serde_json::{Map, Value, json};

use crate::calls::{Image, Units};
use crate::database::{self, Answer};
use crate::item_size::item_size;

const KB: usize = 1_024;

/// Table, as far as its keys and its index decide what a call costs.
struct Table {
    name: String,
    key: Vec<String>,
    /// Key of the index, and all attributes that it contains.
    index: Option<(Vec<String>, BTreeSet<String>)>,
}

static TABLES: LazyLock<Vec<Table>> = LazyLock::new(|| {
    let tables: Vec<Value> = serde_json::from_str(database::TABLES).unwrap();
    tables.iter().map(Table::read).collect()
});

impl Table {
    fn read(table: &Value) -> Self {
        let key = key_names(&table["KeySchema"]);
        let index = table["GlobalSecondaryIndexes"].get(0).map(|index| {
            let own = key_names(&index["KeySchema"]);
            let more = index["Projection"]["NonKeyAttributes"].as_array();
            let more = more
                .into_iter()
                .flatten()
                .map(|name| name.as_str().unwrap().to_owned());
            let all = own.iter().chain(&key).cloned().chain(more).collect();
            (own, all)
        });
        Self {
            name: table["TableName"].as_str().unwrap().to_owned(),
            key,
            index,
        }
    }

    /// Entry of an item in the index, if it has one.
    fn entry(&self, item: Option<&Value>) -> Option<Map<String, Value>> {
        let ((key, all), item) = (self.index.as_ref()?, item?.as_object()?);
        if !key.iter().all(|name| item.contains_key(name)) {
            return None;
        }
        let of = item.iter().filter(|(name, _)| all.contains(*name));
        Some(
            of.map(|(name, value)| (name.clone(), value.clone()))
                .collect(),
        )
    }

    /// Units of the index for one write
    /// (<https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html>, "Write capacity
    /// units").
    fn index_units(&self, before: Option<&Value>, after: Option<&Value>) -> usize {
        let size = |entry: &Map<String, Value>| kilobytes(item_size(&Value::Object(entry.clone())));
        match (self.entry(before), self.entry(after)) {
            (None, None) => 0,
            (Some(entry), None) | (None, Some(entry)) => size(&entry),
            (Some(before), Some(after)) if before == after => 0,
            (Some(before), Some(after)) => {
                let (key, _) = self.index.as_ref().unwrap();
                // An entry with another key is deleted and put.
                if key.iter().any(|name| before[name] != after[name]) {
                    size(&before) + size(&after)
                } else {
                    size(&before).max(size(&after))
                }
            }
        }
    }
}

/// Item that a call writes.
struct Written<'a> {
    table: &'a Table,
    key: Value,
}

impl Written<'_> {
    fn now(&self, database: &Database) -> Option<Value> {
        let input = json!({"TableName": self.table.name, "Key": self.key, "ConsistentRead": true});
        let (_, mut answer) = database::run(database, "GetItem", input);
        answer.get_mut("Item").map(Value::take)
    }
}

/// Runs a call. Returns its answer, its units, and the items that it has changed.
pub(crate) fn run(
    database: &Database,
    operation: &str,
    input: &Value,
) -> (Answer, BTreeMap<String, Units>, Vec<Image>) {
    let written = written(operation, input);
    let before: Vec<_> = written.iter().map(|one| one.now(database)).collect();
    let answer = database::run(database, operation, input.clone());
    // A transaction prepares and commits each item.
    let factor = if operation == "TransactWriteItems" {
        2
    } else {
        1
    };
    let (mut units, mut images) = (reads(operation, input, &answer.1), Vec::new());
    for (one, before) in written.into_iter().zip(before) {
        let after = one.now(database);
        let size = |item: &Option<Value>| item.as_ref().map_or(0, item_size);
        let larger = size(&before).max(size(&after));
        let of_table: &mut Units = units.entry(one.table.name.clone()).or_default();
        of_table.write += factor * kilobytes(larger);
        of_table.index_write += one.table.index_units(before.as_ref(), after.as_ref());
        if let Some(item) = after.filter(|after| before.as_ref() != Some(after)) {
            let table = one.table.name.clone();
            images.push(Image { table, item });
        }
    }
    (answer, units, images)
}

/// Returns the items that a call writes. A write whose condition fails is charged as well.
fn written(operation: &str, input: &Value) -> Vec<Written<'static>> {
    let mut written = Vec::new();
    let mut add = |table: &Value, item: &Value| {
        let table = table_of(table.as_str().unwrap());
        let key = table
            .key
            .iter()
            .map(|name| (name.clone(), item[name].clone()));
        let key = Value::Object(key.collect());
        written.push(Written { table, key });
    };
    let mut single = |request: &Value| {
        let item = request.get("Item").unwrap_or(&request["Key"]);
        add(&request["TableName"], item);
    };
    match operation {
        "PutItem" | "UpdateItem" | "DeleteItem" => single(input),
        "TransactWriteItems" => {
            for action in input["TransactItems"].as_array().unwrap() {
                action.as_object().unwrap().values().for_each(&mut single);
            }
        }
        "BatchWriteItem" => {
            for (table, requests) in input["RequestItems"].as_object().unwrap() {
                for request in requests.as_array().unwrap() {
                    let put = request.pointer("/PutRequest/Item");
                    let item = put.or(request.pointer("/DeleteRequest/Key"));
                    add(&json!(table), item.unwrap());
                }
            }
        }
        _ => {}
    }
    written
}

/// Returns the units of a read, by table.
fn reads(operation: &str, input: &Value, answer: &Value) -> BTreeMap<String, Units> {
    match operation {
        "GetItem" => one_read(input, [answer.get("Item").map_or(0, item_size)]),
        // The items of a page are added up before they are rounded.
        "Query" | "Scan" => {
            let items = answer["Items"].as_array().into_iter().flatten();
            one_read(input, [items.map(item_size).sum()])
        }
        "BatchGetItem" => {
            let tables = input["RequestItems"].as_object().unwrap().iter();
            let units = tables.map(|(table, wanted)| {
                let items = answer["Responses"][table].as_array().into_iter().flatten();
                (table.clone(), read_units(wanted, items.map(item_size)))
            });
            units.collect()
        }
        _ => BTreeMap::new(),
    }
}

fn one_read<const N: usize>(input: &Value, sizes: [usize; N]) -> BTreeMap<String, Units> {
    let table = input["TableName"].as_str().unwrap().to_owned();
    [(table, read_units(input, sizes))].into()
}

fn read_units(request: &Value, sizes: impl IntoIterator<Item = usize>) -> Units {
    let whole = sizes.into_iter().map(|size| size.div_ceil(4 * KB).max(1));
    let halves = if request["ConsistentRead"] == true {
        2
    } else {
        1
    };
    Units {
        half_reads: whole.sum::<usize>() * halves,
        ..Units::default()
    }
}

fn kilobytes(size: usize) -> usize {
    size.div_ceil(KB).max(1)
}

fn table_of(name: &str) -> &'static Table {
    TABLES
        .iter()
        .find(|table| table.name == name)
        .unwrap_or_else(|| panic!("there is no table {name}"))
}

fn key_names(schema: &Value) -> Vec<String> {
    let elements = schema.as_array().unwrap().iter();
    elements
        .map(|element| element["AttributeName"].as_str().unwrap().to_owned())
        .collect()
}
