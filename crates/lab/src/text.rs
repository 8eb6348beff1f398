//! Formats numbers for readers, and reads those that readers write.

/// The finite number that a text such as “−0.5”, written with a hyphen, or “1e-3” stands for.
pub fn number(text: &str) -> Option<f64> {
    let is_decimal = |byte: u8| byte.is_ascii_digit() || b"+-.eE".contains(&byte);
    if text.is_empty() || !text.bytes().all(is_decimal) {
        return None;
    }
    Some(parse(text)).filter(|number| number.is_finite())
}

#[cfg(not(target_arch = "wasm32"))]
fn parse(text: &str) -> f64 {
    text.parse().unwrap_or(f64::NAN)
}

/// The browser reads numbers made of these characters as the standard library does, whose tables would add 11 KB to every WebAssembly.
#[cfg(target_arch = "wasm32")]
fn parse(text: &str) -> f64 {
    wasm_bindgen::JsValue::from_str(text).unchecked_into_f64()
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
            [two(3391.0), two(39.4), two(1.26), two(0.852), two(0.00123), two(2.14e-6), two(3.4e12), two(9.96)],
            ["3,400", "39", "1.3", "0.85", "0.0012", "2.1\u{a0}×\u{a0}10⁻⁶", "3.4\u{a0}×\u{a0}10¹²", "10"]
        );
        assert_eq!([thousands(2500.0), thousands(-1e6), thousands(999.0)], ["2,500", "−1,000,000", "999"]);
        assert_eq!(percent(0.3561), "35.6\u{a0}%");
    }
}
