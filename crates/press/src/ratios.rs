//! The table of ratios.

use super::Recording;
use chart::ratios::{Group, groups};
use lab::experiment::history::When;
use maud::{Markup, PreEscaped, html};

const CAPTION: &str = "A number above 1 says that the last layer has the larger mean. Compare a row’s three moments, then the first \
                       group with the second.";

/// The table of the recorded experiment; the live page replaces its rows.
pub fn table(recording: &Recording, caption: Option<&str>, number: u32) -> Markup {
    let seed = recording.results.experiment.seed();
    html! {
        figure.figure.column #table-ratios data-table="ratios" {
            figcaption #table-ratios-title {
                b { "Table " (number) ". Last layer against first: ratios of means." }
                " " span data-slot="caption" { (PreEscaped(caption.unwrap_or(CAPTION))) } " "
                span.tag data-slot="tag" data-run-tag { "recorded, seed " (seed) }
            }
            div.table role="group" aria-labelledby="table-ratios-title" {
                table {
                    thead {
                        tr {
                            th scope="col" { "ratio of means" }
                            @for when in When::ALL { th scope="col" { (when.label()) } }
                            th scope="col" { "tutorial" }
                        }
                    }
                    @for group in groups(&recording.results) { (rows(&group)) }
                }
            }
        }
        "\n"
    }
}

fn rows(Group { title, rows }: &Group) -> Markup {
    html! {
        tbody {
            tr { th colspan="5" scope="rowgroup" { (title) } }
            @for row in rows {
                tr {
                    th scope="row" { span class={ "series series-" (row.variant) } { (row.label) } }
                    @for ratio in &row.ratios { td { (ratio) } }
                    td { (row.tutorial) }
                }
            }
        }
    }
}
