//! The query of an address, or of a host's message to an embedded figure, as all that a reader sees.

#![no_main]

use chart::Link;
use fuzz::{SLACK, begin_with, within};
use libfuzzer_sys::fuzz_target;

fn seeds() -> Vec<Vec<u8>> {
    [
        "?v=1&seed=3&run=sigmoid,norm:batch&run=leaky,slope:0.2&seeds=3&at=1200&layer=3&focus=2",
        "gradient-first.axis=linear&gradient-first.layer=last&utm_source=a&color=red",
        "leaky.slope=0.2&leaky.zoom=yes&sigmoid.at=-1.5&fingerprint=1-53338340797911f5",
        "histograms.values=delta&histograms.mode=overlay&gradient-map.quantity=delta&questions=off&speed=slow",
        "figure=loss&theme=dark&hide=controls&start=manual&depth=51",
    ]
    .map(|query| query.as_bytes().to_vec())
    .into()
}

fuzz_target!(init: begin_with(seeds()), |query: &str| {
    within(4 * SLACK + 256 * query.len(), || {
        let (link, errors) = Link::from_query(query, &["figure", "hide", "theme", "start"]);
        errors.iter().for_each(|error| assert!(!error.to_string().is_empty()));
        let written = link.to_query();
        let (back, errors) = Link::from_query(&written, &[]);
        assert_eq!((back.to_query(), errors), (written, vec![]));
    });
});
