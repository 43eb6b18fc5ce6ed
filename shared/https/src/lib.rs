//! HTTP client of the functions: for AWS and for the stores, with one TLS configuration.

use std::sync::{Arc, LazyLock};

use reqwest::redirect::Policy;
use reqwest::{Client, ClientBuilder};
use rustls::crypto::aws_lc_rs;
use rustls::{ClientConfig, RootCertStore};

/// Error: the TLS library or the client refuses its configuration. Tests exclude both.
#[derive(Debug, thiserror::Error)]
#[error("the http client cannot be built")]
pub struct HttpsError(#[source] Box<dyn std::error::Error + Send + Sync>);

/// TLS by rustls, with the root certificates of Mozilla as compiled in (ADR 38).
///
/// Those of the system would have to be read from some 300 files and parsed before the first
/// request; these are static data.
static TLS: LazyLock<Result<ClientConfig, rustls::Error>> = LazyLock::new(|| {
    let roots = RootCertStore {
        roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
    };
    let provider = Arc::new(aws_lc_rs::default_provider());
    let builder = ClientConfig::builder_with_provider(provider);
    let builder = builder.with_safe_default_protocol_versions()?;
    Ok(builder.with_root_certificates(roots).with_no_client_auth())
});

/// Builds a client with these settings. It follows no redirect and uses no proxy: a redirect would
/// carry a URL or header with a credential to another host, and the environment must not decide
/// where credentials are sent. It keeps connections, so it is built once.
///
/// # Errors
/// [`HttpsError`], also if `settings` are refused.
pub fn client(settings: impl FnOnce(ClientBuilder) -> ClientBuilder) -> Result<Client, HttpsError> {
    let tls = TLS.clone().map_err(|error| HttpsError(error.into()))?;
    let builder = Client::builder()
        .tls_backend_preconfigured(tls)
        .redirect(Policy::none())
        .no_proxy();
    let client = settings(builder).build();
    client.map_err(|error| HttpsError(error.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_client_accepts_the_configuration() {
        // `reqwest` refuses a configuration that another version of rustls has built.
        assert!(client(|builder| builder).is_ok());
        assert!(client(|builder| builder.tls_backend_preconfigured(())).is_err());
    }

    #[test]
    fn common_roots_are_there() {
        // Amazon Trust Services, Google Trust Services, and authorities that many hosts use.
        for name in [
            "Amazon Root CA 1",
            "GTS Root R1",
            "DigiCert Global Root G2",
            "ISRG Root X1",
        ] {
            let found = webpki_roots::TLS_SERVER_ROOTS.iter().any(|root| {
                let subject = root.subject.as_ref();
                subject
                    .windows(name.len())
                    .any(|part| part == name.as_bytes())
            });
            assert!(found, "{name}");
        }
    }
}
