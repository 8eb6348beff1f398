//! The results as Markdown.

use super::spread::number;
use super::{Contestant, Net, OURS, Results, STEPS};
use std::fmt::Write;

pub fn markdown(results: &Results) -> String {
    let Results { machine, browser, command, date, load, rounds, nets } = results;
    let mut out = format!(
        "# Our trainer and other libraries\n\n\
        Written by `{command}` on {date}. Machine: {machine}; {browser}, headless; load average {:.1} before, {:.1} at the \
        end. All contestants train the same net with Adam from the same weights on the same batches. Before anything is \
        timed, they are warmed up and checked: the first 20 losses must agree with ours within 1 %, the mean of the last 50 \
        within 10 %; ours in wasm must end with the same bits as ours native. Rounds: {rounds}. In each round every \
        contestant has a turn, and each of its runs stands between two runs of ours, which it is divided by. A run has as \
        many steps as the table says. The table gives medians of the rounds, with their range in brackets; the ratio of ours \
        to itself shows the noise.\n\n\
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
    _ = writeln!(
        out,
        "| contestant | where | seconds for {} steps | times ours | steps of a run | notes |",
        number(STEPS)
    );
    out += "|---|---|--:|--:|--:|---|\n";
    for peer in net.contestants.iter().filter(|contestant| !contestant.is_measured()) {
        let Contestant { label, place, note, steps, .. } = peer;
        _ = writeln!(out, "| {label} | {place} | {} | {} | {steps} | {note} |", peer.seconds(), peer.ratio(ours));
    }
    for absent in &net.absent {
        _ = writeln!(out, "\nNot measured: {absent}.");
    }
    if let Some(native) = net.find("ours-native") {
        _ = writeln!(
            out,
            "\nIn wasm, our trainer takes {} times as long as native.",
            native.ratio(ours).map(|ratio| 1.0 / ratio)
        );
    }
    for measured in net.contestants.iter().filter(|contestant| contestant.is_measured()) {
        let cost = measured.ratio(ours).map(|ratio| 100.0 * (ratio - 1.0));
        let (median, min, max) = (cost.median, cost.min, cost.max);
        let note = &measured.note;
        _ = writeln!(out, "\nMeasuring ({note}) adds {median:+.1} % [{min:+.1}, {max:+.1}] to the time of ours.");
    }
    out
}
