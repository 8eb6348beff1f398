//! Formulas with the numbers of the recorded run in place of their letters, before training. A disclosure below the formula holds them;
//! the live page replaces them by those of the reader's run at the step that figures show.

use super::{Recording, unbroken};
use lab::experiment::substitution::{Formula, Substitution, moment};
use maud::{Markup, PreEscaped, html};

/// What an article writes before the key of a formula.
pub const PLACE: &str = "numbers:";

/// The numbers of a formula; `caption` is HTML that says what they are.
///
/// # Errors
/// There is no such formula, or the caption is missing.
pub fn disclosure(recording: &Recording, key: &str, caption: Option<&str>) -> Result<Markup, String> {
    let Some(formula) = Formula::find(key) else {
        let keys = Formula::ALL.map(Formula::key).join(", ");
        return Err(format!("`{PLACE}{key}` is no formula; there are {keys}"));
    };
    let caption = caption.ok_or_else(|| format!("`{PLACE}{key}` needs a caption that says what the numbers are"))?;
    let results = &recording.results;
    Ok(html! {
        details.substitution data-numbers=(key) {
            summary { "With numbers" }
            div {
                div data-slot="lines" {
                    @for Substitution { variant, lines } in formula.substitutions(results, 0) {
                        div class={ "series-" (variant) } {
                            span.series { (results.experiment.label(variant)) }
                            @for line in lines { p { (unbroken(&line)) } }
                        }
                    }
                }
                span.tag data-slot="moment" { (moment(0)) ", recorded, seed " (results.experiment.seed()) }
                p { (PreEscaped(caption)) }
            }
        }
        "\n"
    })
}
