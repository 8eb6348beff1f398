//! Words of the prose that name a mark of the figures: `[ReLU](mark:relu)` a network by its key, `[layer 1](mark:layer-1)` a layer. Such a
//! word has the color and the dash of its line. The live page highlights the line when the word is pointed at; without it, it is a
//! colored word.

use lab::Results;

/// What an article writes before the name of a mark.
pub const PLACE: &str = "mark:";

/// The start of the word's element, which `</span>` ends.
///
/// # Errors
/// The recorded run has no such network or layer.
pub fn start(results: &Results, name: &str) -> Result<String, String> {
    let n_variants = results.experiment.variants().len();
    let class = match name.strip_prefix("layer-") {
        Some(layer) => {
            let is_layer = |layer: &u32| (1..=results.depth()).contains(&(*layer as usize));
            layer.parse().ok().filter(is_layer).map(|layer| format!("layer layer-{layer}"))
        }
        None => results.variant_with_key(name).map(|variant| format!("series-{variant}")),
    };
    let class = class.ok_or_else(|| {
        let keys: Vec<String> = (0..n_variants).map(|variant| results.experiment.key(variant)).collect();
        let depth = results.depth();
        format!(
            "`{PLACE}{name}` names no mark of the figures; there are {} and layer-1 to layer-{depth}",
            keys.join(", ")
        )
    })?;
    Ok(format!("<span class=\"{class}\" data-mark=\"{name}\">"))
}
