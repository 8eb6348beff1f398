//! What every figure draws, says and answers, as digests in `digests.txt`. They pin the program to itself: they find what has changed,
//! not what is wrong. If a change is meant, look at the drawings, then renew the file with `DIGESTS=renew cargo test -p chart digests`.

use super::*;
use crate::{Link, Palette, document, ratios, svg};
use fnv::FnvHasher;
use std::fmt::Write;
use std::hash::Hasher;
use std::{env, fs};

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/tests/digests.txt");

/// Choices that controls do not lead to: a slope above the others, a slope and a z whose products are −0, chains of one unit and of
/// different units, samples that leave the plot, and samples of variants that are not selected.
const EXTRA: [&str; 7] = [
    "leaky.slope=0.5",
    "leaky.slope=0&leaky.zoom=yes",
    "chain.start=off&chain.w=-1",
    "chain.layers=1",
    "chain.z=0+4&chain.w=1+2",
    "accuracy.samples=yes&accuracy.steps=50",
    "accuracy.samples=yes&focus=2",
];

/// A line of the file: its name, and the digests of its states with their names.
struct Line {
    name: String,
    states: Vec<(String, String)>,
}

impl Line {
    fn digests(&self) -> Vec<&str> {
        self.states.iter().map(|(_, digest)| &**digest).collect()
    }
}

/// 16 bits of FNV-1a, folded.
fn digest(text: &str) -> String {
    let mut hasher = FnvHasher::default();
    hasher.write(text.as_bytes());
    format!("{:04x}", hasher.finish() % 0xffff)
}

/// Few digits, so that another order of operations is no change.
fn rounded(x: f64) -> String {
    format!("{x:.4e}")
}

fn all_sizes(figure: &dyn Figure) -> [(f64, f64); 3] {
    let [narrow, wide] = sizes(figure);
    // The narrowest sheet that is laid out as a wide one.
    [narrow, wide, (crate::layout::NARROW, wide.1)]
}

/// All of them for the first choice, the default; one of them for each other choice in turn, to save time.
fn in_turn<T: Copy>(all: &[T], i: usize) -> &[T] {
    if i == 0 { all } else { &all[i % all.len()..][..1] }
}

/// The drawings in light and dark colors.
fn drawn(figure: &dyn Figure, results: &Results, (view, options): &(View, Options), i: usize) -> String {
    let sheet = figure.sheet(results, view, options);
    let drawing = |&size| svg::document(&sheet.marks(size), size, Palette::Both, None);
    in_turn(&all_sizes(figure), i).iter().map(drawing).collect()
}

/// The summary, the table, and the readings at some places.
fn said(figure: &dyn Figure, results: &Results, (view, options): &(View, Options), i: usize) -> String {
    let (low, high) = figure.x_range(results, view, options);
    let moves = [low, high, figure.rest(results, view, options), figure.x_step(results, view, options)].map(rounded);
    let (summary, table) = (figure.summary(results, view, options), figure.table(results, view, options));
    let mut text = format!("{summary} {table:?} {moves:?}");
    // −0.001 is read as 0, not as −0. A run that is sampled every 20 steps has no sample near step 13.
    for &x in in_turn(&[low, high, -2.0, -0.001, 0.13, 2.0, 13.0, 803.0], i) {
        let readings = figure.probe(results, view, options, x);
        write!(text, "{} {readings:?}", rounded(figure.snap(results, x))).unwrap();
    }
    text
}

/// What a pointer picks and drags on a drawing of this size, at places all over it.
fn pointed(figure: &dyn Figure, results: &Results, size: (f64, f64)) -> String {
    let (view, options) = (View::default(), Options::default());
    let margins = figure.x_margins(&figure.sheet(results, &view, &options), results, size);
    let mut text = format!("{:?}", margins.map(|(left, right)| [left, right].map(rounded)));
    for i in (0..12).map(f64::from) {
        let pointer = (size.0 * (0.618 * i).fract(), size.1 * (i + 0.5) / 12.0);
        let pick = figure.pick(results, &view, &options, size, pointer);
        let pick = pick.map(|pick| (rounded(pick.x), pick.layer, pick.variant));
        let dragged = figure.drag(results, &view, &options, size, pointer);
        write!(text, "{pick:?} {dragged:?}").unwrap();
    }
    text
}

/// What is the same for all choices.
fn constants(figure: &dyn Figure, results: &Results) -> String {
    let (title, caption, controls) = (figure.title(), crate::caption(figure), figure.controls(results));
    let (width, cursor) = (figure.width().key(), figure.cursor());
    let (view, min_seeds) = (figure.recorded_view(), figure.min_seeds());
    format!("{title} {caption} {width} {cursor:?} {view:?} {min_seeds} {controls:?}")
}

/// The link to a choice.
fn link(figure: &dyn Figure, results: &Results, (view, options): &(View, Options)) -> String {
    let mut link = Link { view: *view, ..Link::to(results.experiment.clone()) };
    *link.options.entry(figure.key()) = options.clone();
    link.to_query()
}

fn lines_of(figure: &dyn Figure, name: &str, results: &Results) -> [Line; 3] {
    let mut choices = choices(figure, results);
    let links = EXTRA.map(|query| Link::from_query(query, &[]).0);
    let extra = links.iter().map(|link| (link.view, link.options_of(figure)));
    choices.extend(extra.filter(|(_, options)| *options != Options::default()));
    let of_choices = |of: fn(&dyn Figure, &Results, &(View, Options), usize) -> String| -> Vec<(String, String)> {
        let choices = choices.iter().zip(0..);
        choices.map(|(choice, i)| (link(figure, results, choice), digest(&of(figure, results, choice, i)))).collect()
    };
    let of_size = |size| (format!("{size:?}"), digest(&pointed(figure, results, size)));
    let constants = ("controls and names".into(), digest(&constants(figure, results)));
    let pointed = sizes(figure).map(of_size).into_iter().chain([constants]).collect();
    let line = |what, states| Line { name: format!("{} of {name}, {what}", figure.key()), states };
    [line("drawn", of_choices(drawn)), line("said", of_choices(said)), line("pointed", pointed)]
}

/// All figures as documents in the two plain palettes.
fn documents() -> Line {
    let source = [format!("seed=1{}", "&run=relu,depth:3".repeat(30)), "fingerprint".into()];
    let (view, options) = (View::default(), Options::default());
    let palettes = [Palette::Light, Palette::Dark];
    let documents = figures().flat_map(|figure| palettes.map(|palette| (figure, palette)));
    let state = |(figure, palette): (&'static dyn Figure, Palette)| {
        let svg = document::svg(figure, &TUTORIAL, &view, &options, &source, palette);
        (format!("{} {palette:?}", figure.key()), digest(&svg))
    };
    Line { name: "documents".into(), states: documents.map(state).collect() }
}

/// The table of ratios.
fn ratios_of(name: &str, results: &Results) -> Line {
    let state = |group: ratios::Group| {
        let rows =
            group.rows.iter().map(|row| format!("{} {} {:?} {}", row.variant, row.label, row.ratios, row.tutorial));
        let text = rows.collect::<String>();
        let digest = digest(&(group.title.clone() + &text));
        (group.title, digest)
    };
    Line { name: format!("ratios of {name}"), states: ratios::groups(results).map(state).into() }
}

fn lines() -> Vec<Line> {
    let mut lines = Vec::new();
    for (name, results) in ALL.iter() {
        let figures = figures().filter(|figure| figure.is_measured() || *name == "empty");
        lines.extend(figures.flat_map(|figure| lines_of(figure, name, results)));
        lines.push(ratios_of(name, results));
    }
    lines.push(documents());
    lines
}

#[test]
fn figures_are_what_they_were() {
    let lines = lines();
    let text = |line: &Line| format!("{}: {}\n", line.name, line.digests().join(" "));
    let found: String = lines.iter().map(text).collect();
    if env::var("DIGESTS").is_ok_and(|value| value == "renew") {
        fs::write(FILE, &found).unwrap();
    }
    let file = fs::read_to_string(FILE).unwrap();
    let recorded = |line: &Line| {
        let digests = file.lines().find_map(|other| other.strip_prefix(&line.name)?.strip_prefix(": "));
        digests.unwrap_or_default().split(' ')
    };
    let changed = |line: &Line| -> Vec<String> {
        let recorded = recorded(line).map(Some).chain(std::iter::repeat(None));
        let states = line.states.iter().zip(recorded).filter(|((_, digest), recorded)| Some(&**digest) != *recorded);
        states.map(|((state, _), _)| format!("{}: {state}", line.name)).collect()
    };
    let changed: Vec<String> = lines.iter().flat_map(changed).collect();
    let how = "If that is meant, renew with `DIGESTS=renew cargo test -p chart digests`.";
    let first = changed.iter().take(20).map(|state| format!("{state}\n")).collect::<String>();
    assert!(changed.is_empty(), "{} drawings or texts changed, the first of them:\n{first}{how}", changed.len());
    assert!(found.lines().eq(file.lines()), "A figure or a choice is gone. {how}");
}
