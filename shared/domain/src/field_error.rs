//! Error of a field in a JSON body.

/// Error: a field of a JSON body breaks a rule. Never contains the value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field} {rule}")]
pub struct FieldError {
    /// Name of the field, with a dot before the name of a nested one: `fieldPointers.plan`.
    pub field: String,
    /// The rule: `must be a string of 1 to 255 characters`.
    pub rule: String,
}

impl FieldError {
    /// Builds the error of a field.
    #[must_use]
    pub fn new(field: impl Into<String>, rule: impl Into<String>) -> Self {
        Self {
            field: field.into(),
            rule: rule.into(),
        }
    }

    /// Moves the error to a field of `outer`.
    #[must_use]
    pub fn within(self, outer: &str) -> Self {
        Self {
            field: format!("{outer}.{}", self.field),
            rule: self.rule,
        }
    }
}
