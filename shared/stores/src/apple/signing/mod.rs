//! What Apple has signed: transactions, renewal information and notifications.

pub(in crate::apple) mod jws;
pub(in crate::apple) mod proof;
