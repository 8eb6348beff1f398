//! Numbers as readers write them, compared with the standard library.

#![no_main]

use fuzz::{SLACK, begin_with, within};
use lab::text::{number, significant};
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
        assert_eq!(found.is_some(), expected.is_some(), "{text:?}");
        let n_digits = text.split(['e', 'E']).next().unwrap_or_default().bytes().filter(u8::is_ascii_digit).count();
        let difference = found.map(f64::to_bits).unwrap_or_default().abs_diff(expected.map(f64::to_bits).unwrap_or_default());
        assert!(difference <= u64::from(n_digits > 19), "{text:?}: {found:?} but {expected:?}");
        if let Some(value) = found {
            assert!(!significant(value, 3).is_empty());
        }
    });
});
