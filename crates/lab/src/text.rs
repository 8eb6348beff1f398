//! Formats numbers for readers, and reads those that readers write.

/// The finite number that a text such as “−0.5”, written with a hyphen, or “1e-3” stands for.
pub fn number(text: &str) -> Option<f64> {
    parse(text).filter(|number| number.is_finite())
}

#[cfg(not(target_arch = "wasm32"))]
fn parse(text: &str) -> Option<f64> {
    text.parse().ok()
}

#[cfg(target_arch = "wasm32")]
use browser::{boundary, parse};

/// How many UTF-16 units of a text a message quotes.
const MAX_UNITS: u32 = 64;

/// A reader's text for a message: at most 64 UTF-16 units of it, and an ellipsis if there are more. Nothing is cut in two that readers see
/// as one character, as Unicode's Standard Annex 29 defines it.
pub fn quoted(text: &str) -> String {
    // A text may be very long. The character after those that fit tells whether there is a boundary before it.
    let start: String = text.chars().take(MAX_UNITS as usize + 1).collect();
    if start.encode_utf16().count() <= MAX_UNITS as usize {
        return start;
    }
    let mut left = boundary(&start);
    let fits = |c: &char| {
        let units = c.len_utf16() as u32;
        let fits = units <= left;
        left = left.saturating_sub(units);
        fits
    };
    start.chars().take_while(fits).chain(['…']).collect()
}

/// The last boundary between characters among the first [`MAX_UNITS`] of a longer text, in UTF-16 units.
#[cfg(not(target_arch = "wasm32"))]
fn boundary(text: &str) -> u32 {
    use unicode_segmentation::UnicodeSegmentation;
    let ends = text.graphemes(true).scan(0, |end, character| {
        *end += character.encode_utf16().count() as u32;
        Some(*end)
    });
    ends.take_while(|end| *end <= MAX_UNITS).last().unwrap_or_default()
}

/// What the browser has functions and tables for.
#[cfg(target_arch = "wasm32")]
mod browser {
    use super::MAX_UNITS;
    use wasm_bindgen::JsValue;
    use wasm_bindgen::prelude::wasm_bindgen;

    /// The browser reads numbers made of these characters as the standard library does, whose tables would add 11 KB to every WebAssembly.
    pub fn parse(text: &str) -> Option<f64> {
        let is_decimal = |byte: u8| byte.is_ascii_digit() || b"+-.eE".contains(&byte);
        // An empty text would be 0.
        let is_number = !text.is_empty() && text.bytes().all(is_decimal);
        is_number.then(|| JsValue::from_str(text).unchecked_into_f64())
    }

    /// Browsers from before 2024 may lack the function.
    pub fn boundary(text: &str) -> u32 {
        Segmenter::new().map_or(MAX_UNITS, |segmenter| segmenter.segment(text).containing(MAX_UNITS).index())
    }

    #[wasm_bindgen]
    extern "C" {
        #[wasm_bindgen(js_namespace = Intl)]
        type Segmenter;
        #[wasm_bindgen(constructor, catch, js_namespace = Intl)]
        fn new() -> Result<Segmenter, JsValue>;
        #[wasm_bindgen(method)]
        fn segment(this: &Segmenter, text: &str) -> Segments;

        type Segments;
        /// The segment that contains a UTF-16 unit.
        #[wasm_bindgen(method)]
        fn containing(this: &Segments, unit: u32) -> Segment;

        type Segment;
        /// Where it begins.
        #[wasm_bindgen(method, getter)]
        fn index(this: &Segment) -> u32;
    }
}

/// A whole number with grouped digits: 2,500.
pub fn thousands(value: f64) -> String {
    let digits = format!("{:.0}", value.abs());
    let mut text = String::from(if value < 0.0 { "−" } else { "" });
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A share as a percentage with one decimal: 35.6 %.
pub fn percent(share: f64) -> String {
    format!("{:.1}\u{a0}%", 100.0 * share)
}

/// `figures` significant figures: 3,400; 39; 0.85; 2.1 × 10⁻⁶. Uses no-break spaces.
pub fn significant(value: f64, figures: usize) -> String {
    if value == 0.0 || !value.is_finite() {
        return value.to_string();
    }
    let scientific = format!("{value:.*e}", figures - 1);
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    match exponent {
        -3..=-1 => format!("{value:.*}", (figures as i32 - 1 - exponent) as usize),
        0..=6 => {
            let decimals = (figures as i32 - 1 - exponent).max(0) as usize;
            let scale = 10f64.powi((exponent - figures as i32 + 1).max(0));
            let rounded = (value / scale).round() * scale;
            if decimals == 0 { thousands(rounded) } else { format!("{value:.decimals$}") }
        }
        _ => format!("{mantissa}\u{a0}×\u{a0}10{}", superscript(exponent)),
    }
}

/// An exponent in superscript digits: ⁻⁶.
pub fn superscript(exponent: i32) -> String {
    let raise = |c: char| match c {
        '-' => '⁻',
        _ => c.to_digit(10).and_then(|d| "⁰¹²³⁴⁵⁶⁷⁸⁹".chars().nth(d as usize)).unwrap_or(c),
    };
    exponent.to_string().chars().map(raise).collect()
}

/// A number with a typographic minus sign.
pub fn minus(number: &str) -> String {
    number.replace('-', "−")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short_and_readable() {
        let two = |value| significant(value, 2);
        assert_eq!(
            [3391.0, 39.4, 1.26, 0.852, 0.00123, 2.14e-6, 3.4e12, 9.96, 0.0].map(two),
            ["3,400", "39", "1.3", "0.85", "0.0012", "2.1\u{a0}×\u{a0}10⁻⁶", "3.4\u{a0}×\u{a0}10¹²", "10", "0"]
        );
        assert_eq!([thousands(2500.0), thousands(-1e6), thousands(999.0)], ["2,500", "−1,000,000", "999"]);
        assert_eq!(percent(0.3561), "35.6\u{a0}%");
        assert_eq!(minus("-2.5e-3"), "−2.5e−3");
    }
}
