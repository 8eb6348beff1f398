//! The results as Markdown.

use super::spread::number;
use super::{Contestant, Net, OURS, Results, STEPS};
use std::fmt::Write;

pub fn markdown(results: &Results) -> String {
    let Results { machine, browser, command, date, load, rounds, nets } = results;
    let mut out = format!(
        "# Our trainer beside others\n\n\
        Written by `{command}` on {date}: {machine}; {browser}, headless. {rounds} rounds, in each of which every trainer \
        has its turn, each of its runs between two of ours, which it is compared with; a run is a whole scenario or, of \
        slower trainers, as many of its steps as the table says; load average {:.1} before, {:.1} at the end. Medians and, in \
        brackets, ranges of the rounds; ours beside itself shows the noise. All train the same net from the same weights on \
        the same batches with Adam, warm, and their losses were compared with ours before: the first 20 within 1 %, the mean \
        of the last 50 within 10 %; those of ours in wasm are those of ours native to the bit.\n\n\
        ![Seconds for {} steps, logarithmic](results.svg)\n",
        load[0],
        load[1],
        number(STEPS),
    );
    for net in nets {
        out += &section(net);
    }
    out
}

fn section(net: &Net) -> String {
    let mut out = format!("\n## {}\n\n", net.title);
    let Some(ours) = net.find(OURS) else { return out };
    _ = writeln!(out, "| trainer | where | seconds for {} steps | times ours | steps of a run | |", number(STEPS));
    out += "|---|---|--:|--:|--:|---|\n";
    for peer in net.contestants.iter().filter(|contestant| !contestant.is_measuring()) {
        let Contestant { label, place, note, steps, .. } = peer;
        _ = writeln!(out, "| {label} | {place} | {} | {} | {steps} | {note} |", peer.seconds(), peer.ratio(ours));
    }
    for absent in &net.absent {
        _ = writeln!(out, "\nNot measured: {absent}.");
    }
    if let Some(native) = net.find("ours-native") {
        _ = writeln!(
            out,
            "\nIn wasm our trainer takes {} times as long as the same code natively.",
            native.ratio(ours).map(|ratio| 1.0 / ratio)
        );
    }
    for measuring in net.contestants.iter().filter(|contestant| contestant.is_measuring()) {
        let cost = measuring.ratio(ours).map(|ratio| 100.0 * (ratio - 1.0));
        let (median, least, most) = (cost.median, cost.least, cost.most);
        let Contestant { label, note, .. } = measuring;
        _ = writeln!(out, "\nMeasuring ({label}: {note}) costs {median:+.1} % [{least:+.1}, {most:+.1}] of the time.");
    }
    out
}
