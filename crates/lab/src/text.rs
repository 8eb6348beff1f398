//! Formats numbers for readers, and reads those that readers write.

use lexical_parse_float::FromLexical;

/// The finite number that a text such as “−0.5”, written with a hyphen, or “1e-3” stands for. `str::parse` would do the same, with tables
/// that add 11 KB to every WebAssembly. Of more than 19 digits, which no program writes, the last bit of the result may differ.
pub fn number(text: &str) -> Option<f64> {
    f64::from_lexical(text.as_bytes()).ok().filter(|number| number.is_finite())
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
    fn numbers_are_read_as_the_standard_library_reads_them() {
        for text in [
            "0",
            "-0",
            "1",
            "+2",
            "-3.25",
            ".5",
            "5.",
            "1e-3",
            "1E5",
            "0.1",
            "123456789.123456789",
            "5e-324",
            "1.7976931348623157e308",
        ] {
            let expected: f64 = text.parse().unwrap();
            assert_eq!(number(text).map(f64::to_bits), Some(expected.to_bits()), "{text}");
        }
        // Found by fuzzing: 23 digits, off by one bit.
        let [found, exact] = [number("10100000029000292349949e45"), "10100000029000292349949e45".parse().ok()];
        assert!(found.unwrap().to_bits().abs_diff(exact.unwrap().to_bits()) <= 1);
        for text in ["", " 1", "1 ", "1,5", "0x1", "e5", "1e", "1e999", "inf", "NaN", "--1", "1.2.3"] {
            assert_eq!(number(text), None, "{text}");
        }
    }

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
