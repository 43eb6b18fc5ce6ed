//! Parts of a topic's ARN, and the names derived from them.

const OPT_IN_REGIONS: [&str; 17] = [
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

/// ARN of a topic: `arn:{partition}:sns:{region}:{account}:{name}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Topic {
    pub(super) partition: String,
    pub(super) region: String,
    pub(super) account: String,
    pub(super) name: String,
}

impl Topic {
    /// Parses the ARN of a topic; `None` if it is not one.
    pub(super) fn parse(arn: &str) -> Option<Self> {
        let parts: Vec<_> = arn.split(':').collect();
        let ["arn", partition, "sns", region, account, name] = parts.as_slice() else {
            return None;
        };
        let given = [partition, region, account, name];
        given.iter().all(|part| !part.is_empty()).then(|| Self {
            partition: (*partition).to_owned(),
            region: (*region).to_owned(),
            account: (*account).to_owned(),
            name: (*name).to_owned(),
        })
    }

    pub(super) fn arn(&self) -> String {
        let Self {
            partition,
            region,
            account,
            name,
        } = self;
        format!("arn:{partition}:sns:{region}:{account}:{name}")
    }

    /// Returns the host of the service in the topic's region.
    pub(super) fn host(&self) -> String {
        let suffix = match self.partition.as_str() {
            "aws-cn" => ".cn",
            _ => "",
        };
        format!("sns.{}.amazonaws.com{suffix}", self.region)
    }

    /// Returns the name to which the certificate of its messages is issued.
    pub(super) fn certificate_name(&self) -> String {
        let region = self.region.as_str();
        match self.partition.as_str() {
            "aws-cn" => format!("sns-{region}.amazonaws.com.cn"),
            "aws-us-gov" => "sns-us-gov-west-1.amazonaws.com".to_owned(),
            _ if OPT_IN_REGIONS.contains(&region) => format!("sns-signing.{region}.amazonaws.com"),
            _ => "sns.amazonaws.com".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(arn: &str) -> (String, String) {
        let topic = Topic::parse(arn).unwrap();
        assert_eq!(topic.arn(), arn);
        (topic.host(), topic.certificate_name())
    }

    #[test]
    fn host_and_certificate_follow_from_the_region() {
        for (arn, host, name) in [
            (
                "arn:aws:sns:us-east-1:000011112222:AB12C",
                "sns.us-east-1.amazonaws.com",
                "sns.amazonaws.com",
            ),
            (
                "arn:aws:sns:me-south-1:000011112222:AB12C",
                "sns.me-south-1.amazonaws.com",
                "sns-signing.me-south-1.amazonaws.com",
            ),
            (
                "arn:aws-cn:sns:cn-north-1:000011112222:AB12C",
                "sns.cn-north-1.amazonaws.com.cn",
                "sns-cn-north-1.amazonaws.com.cn",
            ),
            (
                "arn:aws-us-gov:sns:us-gov-east-1:000011112222:AB12C",
                "sns.us-gov-east-1.amazonaws.com",
                "sns-us-gov-west-1.amazonaws.com",
            ),
        ] {
            assert_eq!(names(arn), (host.to_owned(), name.to_owned()));
        }
    }

    #[test]
    fn other_arns_are_no_topics() {
        for wrong in [
            "",
            "arn:aws:sqs:us-east-1:0:a",
            "arn:aws:sns:us-east-1:0:a:b",
        ] {
            assert_eq!(Topic::parse(wrong), None);
        }
    }
}
