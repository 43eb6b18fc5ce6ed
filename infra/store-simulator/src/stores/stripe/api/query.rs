//! Query of a call; unknown parameters are refused.

use url::form_urlencoded;

use super::error::ApiError;

/// Parameters that were not taken yet.
#[derive(Debug, Clone)]
pub(super) struct Query(Vec<(String, String)>);

impl Query {
    /// Parses a query. Entries of a list may be numbered or not: `expand[0]` is `expand[]`.
    pub(super) fn parse(text: &str) -> Self {
        let pairs = form_urlencoded::parse(text.as_bytes());
        let pairs = pairs.map(|(name, value)| (unnumbered(&name), value.into_owned()));
        Self(pairs.collect())
    }

    /// Returns a parameter without taking it.
    pub(super) fn peek(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(other, _)| other == name);
        found.map(|(_, value)| value.as_str())
    }

    pub(super) fn take(&mut self, name: &str) -> Option<String> {
        self.take_all(name).pop()
    }

    pub(super) fn take_all(&mut self, name: &str) -> Vec<String> {
        let taken = self.0.iter().filter(|(other, _)| other == name);
        let taken = taken.map(|(_, value)| value.clone()).collect();
        self.0.retain(|(other, _)| other != name);
        taken
    }

    pub(super) fn take_number(&mut self, name: &str) -> Result<Option<i64>, ApiError> {
        let Some(text) = self.take(name) else {
            return Ok(None);
        };
        let number = text.parse();
        let number = number.map_err(|_| ApiError::invalid_parameter(name, &text))?;
        Ok(Some(number))
    }

    /// Refuses the parameters that were not taken.
    pub(super) fn finish(self) -> Result<(), ApiError> {
        match self.0.first() {
            Some((name, _)) => Err(ApiError::unknown_parameter(name)),
            None => Ok(()),
        }
    }
}

fn unnumbered(name: &str) -> String {
    let parts = name.strip_suffix(']').and_then(|rest| rest.split_once('['));
    match parts {
        Some((list, number)) if number.bytes().all(|byte| byte.is_ascii_digit()) => {
            format!("{list}[]")
        }
        _ => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbered_entries_are_entries_and_what_is_left_is_unknown() {
        let text = "expand[0]=a&expand%5B%5D=b&payment[type]=x&limit=3";
        let mut query = Query::parse(text);
        assert_eq!(query.take_all("expand[]"), ["a", "b"]);
        assert_eq!(query.take("payment[type]").unwrap(), "x");
        assert_eq!(query.take_number("limit").unwrap(), Some(3));
        assert!(query.clone().finish().is_ok());
        assert!(Query::parse("limits=3").finish().is_err());
    }
}
