//! What the browser does for us and the standard library or a crate does natively: reading numbers, and finding where a text may be cut. Both
//! must agree, so this is part of `wasm.rs` too.

use lab::text::{number, quoted};

// More digits than a number has are part of the test.
#[allow(clippy::excessive_precision)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn numbers_are_read_to_the_last_bit_and_nothing_else_is() {
    let numbers = [
        ("0", 0.0),
        ("-0", -0.0),
        ("1", 1.0),
        ("+2", 2.0),
        ("-3.25", -3.25),
        (".5", 0.5),
        ("5.", 5.0),
        ("1e-3", 1e-3),
        ("1E5", 1e5),
        ("0.1", 0.1),
        ("123456789.123456789", 123456789.123456789),
        (
            "0.500000000000000166533453693773481063544750213623046875",
            0.500000000000000166533453693773481063544750213623046875,
        ),
        // Found by fuzzing: a reader that we used before was off by one bit.
        ("10100000029000292349949e45", 10100000029000292349949e45),
        ("5e-324", 5e-324),
        ("1e-999", 0.0),
        ("1.7976931348623157e308", f64::MAX),
    ];
    for (text, expected) in numbers {
        assert_eq!(number(text).map(f64::to_bits), Some(expected.to_bits()), "{text}");
    }
    for text in [
        "", " 1", "1 ", "1,5", "0x1", "1_0", "e5", "1e", ".", "-", "1e999", "inf", "Infinity", "NaN", "--1", "1.2.3",
        "١",
    ] {
        assert_eq!(number(text), None, "{text}");
    }
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn quoted_texts_are_short_and_cut_between_characters() {
    let x = |n: usize| "x".repeat(n);
    assert_eq!(quoted(&x(64)), x(64));
    assert_eq!(quoted(&x(65)), x(64) + "…");
    assert_eq!(quoted(&x(1_000_000)), x(64) + "…");
    // A combining accent, a family of four emoji, a flag, a Hangul syllable of two letters, a line break.
    for character in ["e\u{301}", "👨\u{200d}👩\u{200d}👧\u{200d}👦", "🇨🇭", "\u{1100}\u{1161}", "\r\n"] {
        let units = character.encode_utf16().count();
        for before in 64 - units - 1..=64 {
            let text = x(before) + character + &x(100);
            let found = quoted(&text);
            let start = found.strip_suffix('…').expect("it was cut");
            let kept = start.encode_utf16().count();
            let expected = if before + units <= 64 { 64 } else { before };
            // WebKit's is one less where a pair of UTF-16 units follows.
            assert!(
                text.starts_with(start) && (kept == expected || kept + 1 == expected),
                "{character:?} after {before}: {found:?}"
            );
            assert!(kept <= before || kept >= before + units, "{character:?} after {before}: {found:?}");
        }
    }
    assert_eq!(quoted(&("x".to_owned() + &"\u{301}".repeat(1_000))), "…", "one character of a thousand accents");
}
