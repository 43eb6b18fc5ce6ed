//! Numbers of `template.yaml`.

const TEMPLATE: &str = include_str!("../../../../template.yaml");

/// Returns the number of metrics that alarms watch.
pub fn alarm_metrics() -> usize {
    let mut alarm = false;
    let mut metrics = 0;
    for line in TEMPLATE.lines() {
        if line.trim_start().starts_with("Type: AWS::") {
            alarm = line.contains("AWS::CloudWatch::Alarm");
        }
        if alarm && line.contains("MetricName:") {
            metrics += 1;
        }
    }
    metrics
}

/// Returns the default of a parameter that is a number.
pub fn default_of(parameter: &str) -> f64 {
    let mut lines = TEMPLATE
        .lines()
        .skip_while(|line| *line != format!("  {parameter}:"));
    let default = lines.find_map(|line| line.strip_prefix("    Default: "));
    default
        .and_then(|text| text.trim_matches('"').parse().ok())
        .unwrap_or_else(|| panic!("no default of {parameter}"))
}
