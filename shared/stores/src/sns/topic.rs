//! Name of a topic, and what follows from it.

/// Topic by its `arn:<partition>:sns:<region>:<account>:<name>`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Topic {
    arn: String,
    region: String,
}

/// Opt-in regions, whose messages are signed under a name of the region.
const OPT_IN: [&str; 17] = [
    "af-south-1",
    "ap-east-1",
    "ap-east-2",
    "ap-south-2",
    "ap-southeast-3",
    "ap-southeast-4",
    "ap-southeast-5",
    "ap-southeast-6",
    "ap-southeast-7",
    "ca-west-1",
    "eu-central-2",
    "eu-south-1",
    "eu-south-2",
    "il-central-1",
    "me-central-1",
    "me-south-1",
    "mx-central-1",
];

/// Regions whose messages are known to be signed under the common name.
const COMMON: [&str; 17] = [
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ca-central-1",
    "eu-central-1",
    "eu-north-1",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
];

impl Topic {
    /// Parses an ARN; `None` if it is not a topic's, or its region is outside of its partition.
    pub(crate) fn parse(arn: &str) -> Option<Self> {
        let mut parts = arn.split(':');
        let mut part = || parts.next();
        let (start, partition, service) = (part()?, part()?, part()?);
        let (region, account, name) = (part()?, part()?, part()?);
        let plain = |text: &str, most: usize, also: &[u8]| {
            let fits = |b: u8| b.is_ascii_alphanumeric() || also.contains(&b);
            (1..=most).contains(&text.len()) && text.bytes().all(fits)
        };
        let named = start == "arn"
            && service == "sns"
            && is_region(region)
            && account.len() == 12
            && account.bytes().all(|b| b.is_ascii_digit())
            && plain(name, 256, b"-_")
            && parts.next().is_none();
        let topic = Self {
            arn: arn.to_owned(),
            region: region.to_owned(),
        };
        // The region decides the host, so a partition that contradicts it names no topic.
        (named && partition == topic.partition()).then_some(topic)
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.arn
    }

    fn partition(&self) -> &'static str {
        if self.region.starts_with("cn-") {
            "aws-cn"
        } else if self.region.starts_with("us-gov-") {
            "aws-us-gov"
        } else {
            "aws"
        }
    }

    /// SNS's only host for the topic.
    pub(crate) fn host(&self) -> String {
        let end = if self.partition() == "aws-cn" {
            ".cn"
        } else {
            ""
        };
        format!("sns.{}.amazonaws.com{end}", self.region)
    }

    /// Whether SNS signs messages of this region under that name. For a region newer than these
    /// lists both names are accepted: both are Amazon's.
    pub(super) fn is_signed_for_by(&self, name: &str) -> bool {
        let region = self.region.as_str();
        let common = name == "sns.amazonaws.com";
        let own = name == format!("sns-signing.{region}.amazonaws.com");
        match self.partition() {
            "aws-cn" => name == format!("sns-{region}.amazonaws.com.cn"),
            "aws-us-gov" => name == "sns-us-gov-west-1.amazonaws.com",
            _ if COMMON.contains(&region) => common,
            _ if OPT_IN.contains(&region) => own,
            _ => common || own,
        }
    }
}

/// Whether a text has the form of a region: words, then a number (`us-east-1`, `us-gov-west-1`).
/// Hosts of other services begin in the same place: `s3.amazonaws.com` serves anybody's files.
fn is_region(text: &str) -> bool {
    let mut words: Vec<&str> = text.split('-').collect();
    let number = words.pop().unwrap_or_default();
    let is_word = |word: &&str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase());
    text.len() <= 40
        && words.len() >= 2
        && words.iter().all(is_word)
        && (1..=2).contains(&number.len())
        && number.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn topic(region: &str, partition: &str) -> Topic {
        Topic::parse(&format!("arn:{partition}:sns:{region}:000011112222:AB12C")).unwrap()
    }

    #[test]
    fn the_host_follows_from_the_topic() {
        for (partition, region, host) in [
            ("aws", "us-east-1", "sns.us-east-1.amazonaws.com"),
            ("aws", "eu-south-2", "sns.eu-south-2.amazonaws.com"),
            ("aws-cn", "cn-north-1", "sns.cn-north-1.amazonaws.com.cn"),
            (
                "aws-us-gov",
                "us-gov-east-1",
                "sns.us-gov-east-1.amazonaws.com",
            ),
        ] {
            assert_eq!(topic(region, partition).host(), host);
        }
    }

    #[test]
    fn what_is_no_topic_of_its_partition_is_refused() {
        for wrong in [
            "",
            "AB12C",
            "arn:aws:sns:us-east-1:000011112222",
            "arn:aws:sns:us-east-1:000011112222:AB12C:more",
            "arn:aws:sqs:us-east-1:000011112222:AB12C",
            "arn:aws:sns:us-east-1:00001111222:AB12C",
            "arn:aws:sns:us-east-1:00001111222x:AB12C",
            "arn:aws:sns:us-east-1:000011112222:",
            "arn:aws:sns:us-east-1:000011112222:AB 12",
            "arn:aws:sns:us-east-1:000011112222:AB12C\n",
            "arn:aws:sns:us-east-1.evil.example/:000011112222:AB12C",
            "arn:aws:sns::000011112222:AB12C",
            "arn:aws:sns:US-EAST-1:000011112222:AB12C",
            "arn:aws:sns:cn-north-1:000011112222:AB12C",
            "arn:aws-cn:sns:us-east-1:000011112222:AB12C",
            "arn:aws:sns:us-gov-west-1:000011112222:AB12C",
            "arn:aws-eusc:sns:eusc-de-east-1:000011112222:AB12C",
        ] {
            assert_eq!(Topic::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn what_is_no_region_is_no_part_of_a_host() {
        for region in ["us-east-1", "ap-southeast-17", "xx-new-west-2"] {
            assert_eq!(
                topic(region, "aws").host(),
                format!("sns.{region}.amazonaws.com")
            );
        }
        for wrong in [
            "s3",
            "s3-us-west-2",
            "s3-external-1",
            "s3-website-us-east-1",
            "east-1",
            "us-east",
            "us--east-1",
            "-us-east-1",
            "us-east-1a",
            "us-east-100",
            "us-east1-1",
            "us.east-1",
        ] {
            let arn = format!("arn:aws:sns:{wrong}:000011112222:AB12C");
            assert_eq!(Topic::parse(&arn), None, "{wrong}");
        }
    }

    #[test]
    fn each_region_is_signed_for_under_its_name() {
        let common = "sns.amazonaws.com";
        for (partition, region, name) in [
            ("aws", "us-east-1", common),
            ("aws", "eu-central-1", common),
            ("aws", "eu-south-2", "sns-signing.eu-south-2.amazonaws.com"),
            (
                "aws",
                "mx-central-1",
                "sns-signing.mx-central-1.amazonaws.com",
            ),
            ("aws", "xx-new-1", common),
            ("aws", "xx-new-1", "sns-signing.xx-new-1.amazonaws.com"),
            ("aws-cn", "cn-north-1", "sns-cn-north-1.amazonaws.com.cn"),
            (
                "aws-cn",
                "cn-northwest-1",
                "sns-cn-northwest-1.amazonaws.com.cn",
            ),
            (
                "aws-us-gov",
                "us-gov-west-1",
                "sns-us-gov-west-1.amazonaws.com",
            ),
            (
                "aws-us-gov",
                "us-gov-east-1",
                "sns-us-gov-west-1.amazonaws.com",
            ),
        ] {
            assert!(topic(region, partition).is_signed_for_by(name), "{region}");
        }
        for (partition, region, name) in [
            ("aws", "us-east-1", "sns-signing.us-east-1.amazonaws.com"),
            ("aws", "us-east-1", "sns.us-east-1.amazonaws.com"),
            ("aws", "eu-south-2", common),
            ("aws", "xx-new-1", "sns-signing.us-east-1.amazonaws.com"),
            ("aws-cn", "cn-north-1", common),
            ("aws-us-gov", "us-gov-west-1", common),
        ] {
            assert!(!topic(region, partition).is_signed_for_by(name), "{region}");
        }
    }
}
