//! Counts tests from the closing lines of cargo's, wasm-bindgen's and node's test runners.

use std::fmt;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    pub passed: usize,
    pub failed: usize,
}

impl Count {
    /// Adds what a line reports, if it reports anything.
    pub fn read(&mut self, line: &str) {
        let words: Vec<&str> = line.split([' ', ';', '.']).filter(|word| !word.is_empty()).collect();
        match words.as_slice() {
            // test result: ok. 3 passed; 0 failed; 0 ignored; …
            ["test", "result:", _, passed, "passed", failed, "failed", ..] => self.add(passed, failed),
            // ℹ pass 3
            ["ℹ" | "#", "pass", passed] => self.add(passed, "0"),
            ["ℹ" | "#", "fail" | "cancelled", failed] => self.add("0", failed),
            _ => {}
        }
    }

    fn add(&mut self, passed: &str, failed: &str) {
        if let (Ok(passed), Ok(failed)) = (passed.parse::<usize>(), failed.parse::<usize>()) {
            self.passed += passed;
            self.failed += failed;
        }
    }
}

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closing_lines_are_added_up_and_others_left_alone() {
        let mut count = Count::default();
        for line in [
            "running 3 tests",
            "test result: ok. 3 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s",
            "test result: FAILED. 1 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s",
            "ℹ tests 8",
            "ℹ pass 5",
            "ℹ fail 2",
            "ℹ cancelled 1",
            "ℹ skipped 0",
        ] {
            count.read(line);
        }
        assert_eq!(count.to_string(), "9 passed, 5 failed");
    }
}
