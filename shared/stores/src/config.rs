//! Parsing of values of a configuration.

use std::net::IpAddr;

use domain::ConfigRules;
use url::{Host, Url};

/// Parses the base URL of a store's API: scheme, host and an optional path. The result has no slash
/// at its end.
pub(crate) fn base_url(text: &str, rules: &ConfigRules) -> Result<String, &'static str> {
    let url = Url::parse(text).map_err(|_| "must be an absolute address")?;
    let plain = url.username().is_empty()
        && url.password().is_none()
        && url.query().is_none()
        && url.fragment().is_none();
    if !plain {
        return Err("must have no user, query or fragment");
    }
    // A broadcaster chooses this URL and our functions call it, so it must not lead to private
    // hosts.
    let host = url.host().ok_or("must name a host")?;
    let allowed = match url.scheme() {
        "https" => is_public_name(&host) || (rules.local_stack && is_this_machine(&host)),
        "http" => rules.local_stack && is_this_machine(&host),
        _ => false,
    };
    if !allowed {
        return Err("must be https with a public host name");
    }
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

fn is_public_name(host: &Host<&str>) -> bool {
    let Host::Domain(name) = host else {
        return false;
    };
    let private = ["localhost", "local", "internal", "home.arpa"];
    name.contains('.')
        && !name.ends_with('.')
        && !private.iter().any(|suffix| {
            name.strip_suffix(suffix)
                .is_some_and(|rest| rest.ends_with('.'))
        })
}

fn is_this_machine(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(name) => *name == "localhost",
        Host::Ipv4(address) => IpAddr::from(*address).is_loopback(),
        Host::Ipv6(address) => IpAddr::from(*address).is_loopback(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEPLOYED: ConfigRules = ConfigRules { local_stack: false };
    const LOCAL: ConfigRules = ConfigRules { local_stack: true };

    #[test]
    fn a_deployed_stack_only_talks_https_to_public_names() {
        assert_eq!(
            base_url("https://api.example.com/", &DEPLOYED),
            Ok("https://api.example.com".to_owned())
        );
        assert_eq!(
            base_url("https://api.example.com/v2", &DEPLOYED),
            Ok("https://api.example.com/v2".to_owned())
        );
        for wrong in [
            "api.example.com",
            "http://api.example.com",
            "ftp://api.example.com",
            "https://10.0.0.7",
            "https://2130706433",
            "https://[::1]",
            "https://localhost",
            "https://intranet",
            "https://api.localhost",
            "https://api.internal",
            "https://api.example.com.",
            "http://127.0.0.1:8080",
            "https://user@api.example.com",
            "https://api.example.com?x=1",
            "https://api.example.com#x",
        ] {
            assert!(base_url(wrong, &DEPLOYED).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_local_stack_may_also_talk_to_this_machine() {
        for right in [
            "https://api.example.com",
            "http://127.0.0.1:8080",
            "http://localhost:8080",
            "http://[::1]:8080",
        ] {
            assert_eq!(base_url(right, &LOCAL), Ok(right.to_owned()));
        }
        assert!(base_url("http://api.example.com", &LOCAL).is_err());
        assert!(base_url("http://10.0.0.7", &LOCAL).is_err());
    }
}
