//! Errors of the connection to a store, with their causes and without what was asked.

use std::error::Error;
use std::fmt;

/// Connection to a store that gave no answer. Its causes name sockets, hosts and certificates. They
/// contain no URL, because that would contain a purchase key, and no credential.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NetworkError {
    what: &'static str,
    cause: Option<Box<Cause>>,
}

impl NetworkError {
    /// Builds an error without a cause.
    #[must_use]
    pub const fn new(what: &'static str) -> Self {
        Self { what, cause: None }
    }
}

impl From<&reqwest::Error> for NetworkError {
    fn from(error: &reqwest::Error) -> Self {
        if error.is_timeout() {
            return Self::new("no answer in time");
        }
        let what = if error.is_connect() {
            "cannot connect"
        } else {
            "the connection broke"
        };
        // The first error is left out: its text contains the URL.
        let cause = error.source().and_then(Cause::of);
        Self { what, cause }
    }
}

impl fmt::Display for NetworkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.what)?;
        // The innermost cause says most, and logs show only this text.
        match self.cause.as_deref().map(Cause::innermost) {
            Some(innermost) => write!(f, ": {innermost}"),
            None => Ok(()),
        }
    }
}

impl Error for NetworkError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        let cause: &Cause = self.cause.as_deref()?;
        Some(cause)
    }
}

/// Text of a cause, so that errors can be compared and cloned.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Cause {
    text: String,
    cause: Option<Box<Self>>,
}

impl Cause {
    fn of(error: &(dyn Error + 'static)) -> Option<Box<Self>> {
        let cause = error.source().and_then(Self::of);
        // A redirect or a body that breaks off is again an error of the client, with the URL.
        if error.is::<reqwest::Error>() {
            return cause;
        }
        let text = error.to_string();
        Some(Box::new(Self { text, cause }))
    }
}

impl Cause {
    fn innermost(&self) -> &Self {
        self.cause.as_deref().map_or(self, Self::innermost)
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Error for Cause {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        let cause: &Cause = self.cause.as_deref()?;
        Some(cause)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Texts of an error and of its causes.
    fn texts(error: &dyn Error) -> Vec<String> {
        let mut texts = vec![error.to_string()];
        let mut cause = error.source();
        while let Some(inner) = cause {
            texts.push(inner.to_string());
            cause = inner.source();
        }
        texts
    }

    #[tokio::test]
    async fn a_refused_connection_names_its_causes_and_not_the_purchase() {
        // Nothing listens on port 1.
        let asked = reqwest::get("http://127.0.0.1:1/secret/purchase-key").await;
        let error = NetworkError::from(&asked.unwrap_err());
        let texts = texts(&error);
        let last = texts.last().unwrap();
        assert!(last.contains("refused"), "{texts:?}");
        assert_eq!(texts[0], format!("cannot connect: {last}"));
        assert!(!texts.concat().contains("purchase-key"), "{texts:?}");
    }

    #[test]
    fn an_error_without_a_cause_is_one_text() {
        assert_eq!(
            texts(&NetworkError::new("no answer in time")),
            ["no answer in time"]
        );
    }
}
