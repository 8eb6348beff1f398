//! How numbers of readers are read, natively and, as part of `wasm.rs`, in a browser.

use lab::text::number;

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
