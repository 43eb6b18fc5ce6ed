//! JSON parsing that tolerates what apps and their proxies send.

use std::fmt::Write as _;

use serde_json::Value;

const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// Stands for an invalid character. No identifier may contain it, so a field that matters is still
/// refused by name.
const UNFIT: &str = "\\uffff";

/// Parses JSON that may begin with a byte order mark, and may contain half a surrogate pair or
/// invalid UTF-8, which become U+FFFF. A text that was cut in a field that nobody reads must not
/// refuse the whole.
///
/// # Errors
/// The error of parsing the unchanged bytes.
pub fn read_json(bytes: &[u8]) -> serde_json::Result<Value> {
    let bytes = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
    // The strict parser first: nearly every body is valid, and only the others are copied.
    serde_json::from_slice(bytes)
        .or_else(|strict| serde_json::from_str(&mended(&decoded(bytes))).map_err(|_| strict))
}

fn decoded(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        if !chunk.invalid().is_empty() {
            text.push('\u{FFFF}');
        }
    }
    text
}

/// Replaces halves of surrogate pairs.
fn mended(json: &str) -> String {
    let mut mended = String::with_capacity(json.len());
    let mut rest = json;
    while let Some((before, escape)) = rest.split_once('\\') {
        mended.push_str(before);
        rest = match unit(escape) {
            None => {
                // Another escape; its character may be a backslash itself.
                let mut characters = escape.chars();
                mended.push('\\');
                mended.extend(characters.next());
                characters.as_str()
            }
            Some((unit @ 0xD800..=0xDFFF, after)) => match low_half(unit, after) {
                Some((low, after)) => {
                    let _written = write!(mended, "\\u{unit:04x}\\u{low:04x}");
                    after
                }
                None => {
                    mended.push_str(UNFIT);
                    after
                }
            },
            Some((unit, after)) => {
                let _written = write!(mended, "\\u{unit:04x}");
                after
            }
        };
    }
    mended.push_str(rest);
    mended
}

/// Reads the second half of a pair that begins with `high`.
fn low_half(high: u16, after: &str) -> Option<(u16, &str)> {
    let next = after.strip_prefix('\\').and_then(unit);
    next.filter(|(low, _)| high < 0xDC00 && (0xDC00..=0xDFFF).contains(low))
}

/// Reads the UTF-16 unit of an escape, without its backslash, and returns it with the rest.
fn unit(escape: &str) -> Option<(u16, &str)> {
    let (digits, after) = escape.strip_prefix('u')?.split_at_checked(4)?;
    let plain = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    let unit = u16::from_str_radix(digits, 16).ok()?;
    plain.then_some((unit, after))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn half_a_pair_is_no_character_and_a_whole_one_is() {
        for (text, expected) in [
            (r#"["SUMMER\ud83d"]"#, "SUMMER\u{FFFF}"),
            (r#"["\uD83Dx"]"#, "\u{FFFF}x"),
            (r#"["\ude00x\u00e9"]"#, "\u{FFFF}xé"),
            (r#"["\ud83d\ud83d\ude00"]"#, "\u{FFFF}😀"),
            (r#"["\udc00\udc00"]"#, "\u{FFFF}\u{FFFF}"),
            (r#"["\ud83d\n\\ud83d\""]"#, "\u{FFFF}\n\\ud83d\""),
        ] {
            assert_eq!(
                read_json(text.as_bytes()).unwrap(),
                json!([expected]),
                "{text}"
            );
        }
    }

    #[test]
    fn a_byte_order_mark_and_bytes_of_another_encoding_are_read() {
        assert_eq!(read_json(b"\xEF\xBB\xBF{}").unwrap(), json!({}));
        let latin = b"{\"note\":\"caf\xE9\",\"id\":\"1\"}";
        let read = read_json(latin).unwrap();
        assert_eq!(read, json!({"note": "caf\u{FFFF}", "id": "1"}));
    }

    #[test]
    fn what_is_no_json_is_refused_as_before() {
        for text in ["", "{", r#"["\u12"]"#, r#"["\ud83d]"#, r#"["\u+12a"]"#] {
            let strict = serde_json::from_str::<Value>(text).unwrap_err();
            let error = read_json(text.as_bytes()).unwrap_err();
            assert_eq!(error.to_string(), strict.to_string(), "{text}");
        }
    }
}
