//! List of stores.

use domain::{Store, UnknownStore};

#[test]
fn the_list_has_every_store() {
    // The derived parser names all variants, also one that the list lacks.
    let refused = serde_json::from_str::<Store>("\"corner-shop\"").unwrap_err();
    let slugs = Store::ALL.map(Store::slug);
    let quoted = slugs.map(|slug| format!("`{slug}`")).join(", ");
    let expected = format!("expected one of {quoted} ");
    assert!(refused.to_string().contains(&expected), "{refused}");

    let named = format!("must be one of: {}", slugs.join(", "));
    assert_eq!(UnknownStore.to_string(), named);
    for store in Store::ALL {
        assert_eq!(store.slug().parse(), Ok(store));
    }
}
