//! Every kind of stored item and queue message, as the version before wrote it: read, and written again without a
//! change. A reader that does not know an attribute any more loses it here.
//!
//! The fixtures are never changed: other versions read and write these forms. A new attribute needs a fixture of its
//! own.

mod configuration;
mod messages;
mod purchases;
mod subscriptions;

use in_process_aws::InProcessAws;
use serde_json::{Value, json};

/// Table with items of the version before, and an empty one for what is written again.
struct Tables {
    name: &'static str,
    before: InProcessAws,
    after: InProcessAws,
    fixture: Vec<Value>,
}

impl Tables {
    async fn with(name: &'static str, fixture: &str) -> Self {
        let tables = Self {
            name,
            before: InProcessAws::start().await,
            after: InProcessAws::start().await,
            fixture: serde_json::from_str(fixture).unwrap(),
        };
        for item in &tables.fixture {
            tables.before.put_item(name, item);
        }
        tables
    }

    /// Compares what was written again with the fixture. Only the shard of what is due may differ:
    /// there are more of them now, and an item moves to its new one with its next write.
    fn assert_unchanged(&self) {
        let mut written = self.after.items(self.name);
        // This version adds the broadcaster of an endpoint, and finds events by their time.
        written.retain(|item| item["sk"]["S"] != "owner");
        for item in &mut written {
            let item = item.as_object_mut().unwrap();
            let added = [item.remove("hour"), item.remove("at")];
            assert_eq!(added.iter().all(Option::is_some), self.name == "events");
        }
        for item in &self.fixture {
            let key = |other: &Value| other["pk"] == item["pk"] && other["sk"] == item["sk"];
            let position = written.iter().position(key);
            let position = position.unwrap_or_else(|| panic!("not written: {}", item["pk"]));
            let mut expected = item.clone();
            if let Some(shard) = item["due_shard"]["S"].as_str() {
                let kind = shard.split_once("due-").map_or(shard, |(kind, _)| kind);
                if kind != shard {
                    let shard = format!("{kind}{}", cloud::item::due_shard(text(item, "pk")));
                    expected["due_shard"]["S"] = Value::from(shard);
                }
            }
            if let Some(settings) = expected.get_mut("settings") {
                // A switch of this version is written with its default.
                settings["M"]["checksPerDay"] = json!({"M": {}});
            }
            assert_eq!(written.swap_remove(position), expected);
        }
        assert_eq!(written, Vec::<Value>::new(), "and nothing else");
    }
}

/// Text of an attribute.
fn text<'a>(item: &'a Value, name: &str) -> &'a str {
    item[name]["S"].as_str().unwrap()
}
