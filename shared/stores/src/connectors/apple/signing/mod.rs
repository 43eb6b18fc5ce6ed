//! Content that Apple has signed: transactions, renewal information and notifications.

pub(in crate::connectors::apple) mod jws;
pub(in crate::connectors::apple) mod proof;
