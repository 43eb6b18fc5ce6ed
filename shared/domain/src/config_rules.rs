//! Rules for store configurations.

/// Rules for store configurations that depend on the stack.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ConfigRules {
    /// Whether the stack is a local one, which allows `http` to this machine. Otherwise a store's
    /// URL must be `https` with a public host name.
    pub local_stack: bool,
}
