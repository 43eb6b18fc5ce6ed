//! Addresses that the endpoint is willing to call. They arrive in messages, so anyone could have
//! chosen them.

use reqwest::Url;

/// Returns whether this is an https address of Amazon SNS itself: no user, no port, an exact host.
pub(super) fn is_amazon_sns(url: &Url) -> bool {
    url.scheme() == "https"
        && url.username().is_empty()
        && url.password().is_none()
        && url.port().is_none()
        && url.host_str().is_some_and(is_sns_host)
}

fn is_sns_host(host: &str) -> bool {
    let region = host
        .strip_prefix("sns.")
        .and_then(|rest| rest.strip_suffix(".amazonaws.com"));
    region.is_some_and(|region| {
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        !region.is_empty() && region.bytes().all(plain)
    })
}

/// Returns whether this is an address of this machine, where the local AWS runs.
pub(super) fn is_loopback(url: &Url) -> bool {
    let Some(host) = url.host_str() else {
        return false;
    };
    let literal = host.trim_start_matches('[').trim_end_matches(']');
    let is_loopback = |address: std::net::IpAddr| address.is_loopback();
    host == "localhost" || literal.parse().is_ok_and(is_loopback)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        text.parse().unwrap()
    }

    #[test]
    fn amazon_is_known_by_its_exact_host() {
        assert!(is_amazon_sns(&url(
            "https://sns.eu-central-1.amazonaws.com/x.pem"
        )));
        for wrong in [
            "http://sns.eu-central-1.amazonaws.com/x.pem",
            "https://sns.eu-central-1.amazonaws.com:8443/x.pem",
            "https://sns.eu-central-1.amazonaws.com@evil.example/x.pem",
            "https://user@sns.eu-central-1.amazonaws.com/x.pem",
            "https://sns.evil.example.amazonaws.com/x.pem",
            "https://sns..amazonaws.com/x.pem",
            "https://sns.eu-central-1.amazonaws.com.evil.example/x.pem",
        ] {
            assert!(!is_amazon_sns(&url(wrong)), "{wrong}");
        }
    }

    #[test]
    fn loopback_is_this_machine_only() {
        for ours in [
            "http://127.0.0.1:4566/",
            "http://localhost:1/",
            "http://[::1]/",
        ] {
            assert!(is_loopback(&url(ours)), "{ours}");
        }
        for other in ["http://10.0.0.1/", "http://localhost.evil.example/"] {
            assert!(!is_loopback(&url(other)), "{other}");
        }
    }
}
