//! Configurations of each store as the version before stored them.

use domain::{ConfigRules, Environment, Store};
use serde_json::Value;
use stores::StoreConfig;

#[test]
fn every_stored_configuration_is_read_with_all_its_fields() {
    let stored: Value =
        serde_json::from_str(include_str!("../fixtures/stored/configurations.json")).unwrap();
    let stored = stored.as_object().unwrap();
    // The configurations of Google and Apple contain private keys, which are not kept.
    assert_eq!(stored.len(), Store::ALL.len() - 2);
    let rules = ConfigRules { local_stack: true };
    for (slug, json) in stored {
        let store: Store = serde_json::from_value(slug.as_str().into()).unwrap();
        let config = StoreConfig::parse(store, json, Environment::Sandbox, &rules).unwrap();
        let fields = config.set_fields();
        let set = fields.iter().filter(|(_, set)| **set).map(|(name, _)| name);
        let expected: Vec<_> = json.as_object().unwrap().keys().collect();
        assert_eq!(set.collect::<Vec<_>>(), expected);
    }
}
