//! Tables in Markdown.

/// Table whose first column is text and whose other columns are numbers.
#[derive(Debug)]
pub struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    /// Builds a table with these headings.
    #[must_use]
    pub fn new<const N: usize>(headings: [&str; N]) -> Self {
        Self {
            rows: vec![headings.map(str::to_owned).to_vec()],
        }
    }

    /// Adds a row.
    pub fn row<const N: usize>(&mut self, cells: [String; N]) {
        self.rows.push(cells.into());
    }

    /// Returns the table, its columns aligned.
    #[must_use]
    pub fn markdown(&self) -> String {
        let columns = self.rows.first().map_or(0, Vec::len);
        let width = |column: usize| {
            let cells = self.rows.iter().filter_map(|row| row.get(column));
            cells
                .map(|cell: &String| cell.chars().count())
                .max()
                .unwrap_or(0)
        };
        let widths: Vec<usize> = (0..columns).map(width).collect();
        let mut lines: Vec<String> = self.rows.iter().map(|row| line(row, &widths)).collect();
        let rules: Vec<String> = widths.iter().enumerate().map(rule).collect();
        lines.insert(1.min(lines.len()), format!("|{}|", rules.join("|")));
        lines.join("\n")
    }
}

fn line(cells: &[String], widths: &[usize]) -> String {
    let padded = cells.iter().zip(widths).enumerate();
    let padded = padded.map(|(column, (cell, width))| match column {
        0 => format!(" {cell:<width$} "),
        _ => format!(" {cell:>width$} "),
    });
    format!("|{}|", padded.collect::<Vec<_>>().join("|"))
}

fn rule((column, width): (usize, &usize)) -> String {
    let dashes = "-".repeat(width + 1);
    match column {
        0 => format!("{dashes}-"),
        _ => format!("{dashes}:"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned() {
        let mut table = Table::new(["function", "ms"]);
        table.row(["a".to_owned(), "1.25".to_owned()]);
        table.row(["longer name".to_owned(), "10.50".to_owned()]);
        assert_eq!(
            table.markdown(),
            "| function    |    ms |\n\
             |-------------|------:|\n\
             | a           |  1.25 |\n\
             | longer name | 10.50 |"
        );
    }
}
