//! JSON that differs from another in some fields.

use serde_json::Value;

/// `changes` on top of `base`, field by field; `null` takes one away.
pub fn changed(mut base: Value, changes: &Value) -> Value {
    for (name, value) in changes.as_object().unwrap() {
        match value {
            Value::Null => {
                base.as_object_mut().unwrap().remove(name);
            }
            other => base[name] = other.clone(),
        }
    }
    base
}
