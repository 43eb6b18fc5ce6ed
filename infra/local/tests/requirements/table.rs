//! The tables of a Markdown document, one to a section.

/// A heading of the second level and the rows below it.
#[derive(Debug, PartialEq, Eq)]
pub struct Section {
    pub title: String,
    pub rows: Vec<Row>,
}

/// A row of a table. Missing cells are empty; the tests are what the third cell has in backticks.
#[derive(Debug, PartialEq, Eq)]
pub struct Row {
    /// Counted from 1.
    pub line: usize,
    pub place: String,
    pub requirement: String,
    pub tests: Vec<String>,
}

/// The sections of a document. A table's head and the line below it are no rows.
pub fn sections(document: &str) -> Vec<Section> {
    let mut sections: Vec<Section> = Vec::new();
    let mut above = 0;
    for (number, line) in document.lines().enumerate() {
        if let Some(title) = line.strip_prefix("## ") {
            sections.push(Section {
                title: title.trim().to_owned(),
                rows: Vec::new(),
            });
        }
        if !line.starts_with('|') {
            above = 0;
            continue;
        }
        above += 1;
        if let (Some(section), true) = (sections.last_mut(), above > 2) {
            section.rows.push(row(number + 1, line));
        }
    }
    sections
}

fn row(line: usize, text: &str) -> Row {
    // A bar that is part of a cell is written with a backslash.
    let text = text.replace(r"\|", "\u{0}");
    let text = text.trim().trim_start_matches('|').trim_end_matches('|');
    let mut cells = text
        .split('|')
        .map(|cell| cell.trim().replace('\u{0}', "|"));
    let place = cells.next().unwrap_or_default();
    let requirement = cells.next().unwrap_or_default();
    let last = cells.next().unwrap_or_default();
    let in_backticks = last.split('`').skip(1).step_by(2);
    Row {
        line,
        place,
        requirement,
        tests: in_backticks.map(str::to_owned).collect(),
    }
}
