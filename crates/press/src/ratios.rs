//! The table of ratios. Its cells are findings, as the numbers in the prose.

use super::Recording;
use lab::experiment::history::When;
use lab::experiment::tutorial;
use maud::{Markup, PreEscaped, html};

const CAPTION: &str = "A number above 1 says that the last layer has the larger mean. Compare a row’s three moments, then the first \
                       group with the second.";

/// A group of rows, one for each variant.
struct Group {
    title: String,
    /// The parts of a finding's key before and after the variant.
    finding: (&'static str, String),
    is_in_tutorial: bool,
}

/// The last layer against the first, and against the second: both the last and the second read hidden units, not pixels.
fn groups(depth: usize) -> [Group; 3] {
    let gradient = ("Gradient", "ratio");
    [(gradient, 1, true), (gradient, 2, false), (("Error δ", "delta_ratio"), 1, false)].map(
        |((quantity, finding), to, is_in_tutorial)| Group {
            title: format!("{quantity}, layer {depth} to layer {to}"),
            finding: (finding, format!("{depth}.{to}")),
            is_in_tutorial,
        },
    )
}

/// The table of the recorded experiment's variants.
///
/// # Errors
/// The recording lacks a number.
pub fn table(recording: &Recording, caption: Option<&str>, number: u32) -> Result<Markup, String> {
    let depth = recording.results.depth();
    let groups = groups(depth).map(|group| rows(recording, &group));
    let groups: Vec<Markup> = groups.into_iter().collect::<Result<_, String>>()?;
    let seed = recording.results.experiment.seed();
    Ok(html! {
        figure.figure.column #table-ratios data-table="ratios" {
            figcaption #table-ratios-title {
                b { "Table " (number) ". Layer " (depth) " against layer 1: gradient ratios." }
                " " (PreEscaped(caption.unwrap_or(CAPTION))) " "
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
                    @for group in groups { (group) }
                }
            }
        }
        "\n"
    })
}

fn rows(recording: &Recording, group: &Group) -> Result<Markup, String> {
    let experiment = &recording.results.experiment;
    let (prefix, suffix) = &group.finding;
    let row = |variant: usize| {
        let key = experiment.key(variant);
        let cell = |when: When| recording.measured(&format!("{prefix}.{key}.{suffix}.{}", when.key()));
        let cells: Vec<Markup> = When::ALL.into_iter().map(cell).collect::<Result<_, String>>()?;
        let tutorial = group.is_in_tutorial.then(|| tutorial::reported_ratio(&key)).flatten();
        Ok(html! {
            tr {
                th scope="row" { span class={ "series series-" (variant) } { (experiment.label(variant)) } }
                @for cell in cells { td { (cell) } }
                td { (tutorial.unwrap_or("–")) }
            }
        })
    };
    let rows: Vec<Markup> = (0..experiment.variants().len()).map(row).collect::<Result<_, String>>()?;
    Ok(html! {
        tbody {
            tr { th colspan="5" scope="rowgroup" { (group.title) } }
            @for row in rows { (row) }
        }
    })
}
