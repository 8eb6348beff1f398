//! Texts of readers: as numbers, compared with the standard library, and quoted in messages.

#![no_main]

use fuzz::{SLACK, begin_with, within};
use lab::text::{number, quoted, significant};
use libfuzzer_sys::fuzz_target;

fn seeds() -> Vec<Vec<u8>> {
    ["-0", "+2.", ".5e-3", "1.7976931348623157e308", "5e-324", "123456789.123456789", "1e999", "inf", "NaN"]
        .map(|text| text.as_bytes().to_vec())
        .into()
}

fuzz_target!(init: begin_with(seeds()), |text: &str| {
    within(SLACK, || {
        let expected = text.parse::<f64>().ok().filter(|number| number.is_finite());
        let found = number(text);
        assert_eq!(found.map(f64::to_bits), expected.map(f64::to_bits), "{text:?}");
        assert!(quoted(text).encode_utf16().count() <= 65, "{text:?}");
        if let Some(value) = found {
            assert!(!significant(value, 3).is_empty());
        }
    });
});
