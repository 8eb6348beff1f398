//! Shared by the figures over the steps of training: their axis, one line for each variant, and their readout.

use super::seeds;
use crate::axis::Axis;
use crate::control::{Control, Target};
use crate::mark::Point;
use crate::sheet::{Band, Divergence, Panel, Series, Sheet, Title, Trend};
use crate::table::{Cell, Table, measured};
use crate::theme::Ink;
use crate::view::{Options, View};
use lab::measure::sample::Sample;
use lab::text::{number, thousands};
use lab::{History, Results};

/// The switch that adds samples and logged batches to the trend.
const SAMPLES: &str = "samples";
/// How many steps are shown.
const STEPS: &str = "steps";
const ALL: &str = "all";
/// Up to this number of steps, samples are drawn instead of the trend.
const FEW_STEPS: f64 = 100.0;

/// The controls of a figure with one line for each variant.
pub fn controls() -> [Control; 2] {
    let spans = [(ALL, "all"), ("500", "first 500"), ("50", "first 50")];
    let spans = spans.map(|(key, label)| (key.into(), label.into()));
    [Control::choice(STEPS, "Steps", Target::Own, spans, ALL.into()), Control::switch(SAMPLES, "single batches")]
}

/// The steps that are shown, from 0.
fn span(results: &Results, options: &Options) -> f64 {
    let all = f64::from(results.steps());
    options.get(STEPS).and_then(number).map_or(all, |few| few.min(all))
}

/// A panel over the steps of the longest run, or the first of them.
pub fn panel(results: &Results, view: &View, options: &Options, y: Axis) -> Panel {
    let cursor = view.step.map(|step| snap(results, step.into()));
    Panel { cursor, ..Panel::new(Axis::linear(0.0, span(results, options)), "step", y) }
}

/// The title of a variant's panel; muted if another variant is selected.
pub fn title(results: &Results, view: &View, variant: usize) -> Title {
    let is_dimmed = view.variant.is_some_and(|chosen| chosen != variant);
    let ink = if is_dimmed { Ink::Muted } else { Ink::Series(variant) };
    Title { text: results.experiment.label(variant), ink, variant, divergence: divergence(results, variant) }
}

pub fn variants(results: &Results) -> std::ops::Range<usize> {
    0..results.experiment.variants().len()
}

/// A line for each variant: its trend, its samples and marks at the logged steps on demand, and bands where there are several seeds.
/// `line` reads a mean over all batches since the previous sample, `mark` a value of the sample's own batch.
pub fn of_variants(
    results: &Results,
    view: &View,
    options: &Options,
    line: impl Fn(&History, &Sample) -> f64,
    mark: impl Fn(&History, &Sample) -> f64,
) -> (Vec<Series>, Vec<Band>) {
    let has_samples = options.is_on(SAMPLES);
    let has_trend = span(results, options) > FEW_STEPS;
    let of_variant = |variant| {
        let Seeds { samples, trend, every } = seeds_of(results, variant, &line);
        let logged = |run: &History| run.logged().map(|s| (s.step.into(), mark(run, s))).collect();
        let marks: Vec<Vec<Point>> = results.of_variant(variant).map(logged).collect();
        let name = results.experiment.label(variant);
        let series = Series::of_variant(name, variant, view.variant, seeds::medians(&samples));
        let is_dimmed = series.ink == Ink::Pale(variant);
        let pale = (has_samples && marks.len() == 1 && !is_dimmed).then_some(Ink::Pale(variant));
        let band = (marks.len() > 1)
            .then(|| Band { points: seeds::ranges(if has_trend { &trend } else { &samples }), ink: series.ink });
        let series = Series {
            trend: has_trend.then(|| Trend { points: seeds::medians(&trend), pale }),
            shows_marks: has_samples,
            marks: seeds::medians(&seeds::merge(&marks, every)),
            reach: every,
            divergence: divergence(results, variant),
            ..series
        };
        (series, band)
    };
    let (series, bands): (Vec<Series>, Vec<Option<Band>>) = variants(results).map(of_variant).unzip();
    (series, bands.into_iter().flatten().collect())
}

/// A quantity of a variant's runs, each point as x, lowest, median and highest.
pub struct Seeds {
    pub samples: Vec<(f64, f64, f64, f64)>,
    /// The same of the means over windows of each seed.
    pub trend: Vec<(f64, f64, f64, f64)>,
    /// Steps from one sample to the next.
    pub every: f64,
}

pub fn seeds_of(results: &Results, variant: usize, of: impl Fn(&History, &Sample) -> f64) -> Seeds {
    let points = |run: &History| run.samples.iter().map(|sample| (sample.step.into(), of(run, sample))).collect();
    let samples: Vec<Vec<Point>> = results.of_variant(variant).map(points).collect();
    let every = results.of_variant(variant).map(|run| run.settings.sample_every()).next().unwrap_or(1).into();
    let window = TREND_SAMPLES * every;
    let trends: Vec<Vec<Point>> = samples.iter().map(|samples| window_means(samples, window)).collect();
    Seeds { samples: seeds::merge(&samples, every), trend: seeds::merge(&trends, window), every }
}

/// The y values of everything that is drawn.
pub fn heights<'a>(series: &'a [Series], bands: &'a [Band]) -> impl Iterator<Item = f64> + 'a {
    let points = series.iter().flat_map(|series| series.line.iter().chain(&series.marks)).map(|p| p.1);
    points.chain(bands.iter().flat_map(|band| &band.points).flat_map(|p| [p.1, p.2]))
}

/// How many runs of a variant diverged; None if none did.
pub fn divergence(results: &Results, variant: usize) -> Option<Divergence> {
    let n = results.of_variant(variant).count();
    let diverged = results.of_variant(variant).filter(|run| run.is_diverged()).count();
    let label = if n == 1 { "diverged".to_owned() } else { format!("{diverged} of {n} diverged") };
    (diverged > 0).then_some(Divergence { label, is_of_all: diverged == n })
}

/// The end of a headline if there are several seeds.
pub fn of_seeds(results: &Results) -> String {
    match results.experiment.n_seeds() {
        1 => String::new(),
        n => format!(", median and range of {n} seeds"),
    }
}

/// Samples in one window of a trend. They cover 100 steps, more in long runs.
pub const TREND_SAMPLES: f64 = 10.0;

/// The first sample, which is before any update, then the mean of each window at its middle.
pub fn window_means(samples: &[Point], window: f64) -> Vec<Point> {
    let place = |p: &Point| (p.0 / window).floor();
    let windows = samples.get(1..).unwrap_or_default().chunk_by(|a, b| place(a) == place(b));
    let mean = |samples: &[Point]| {
        let n = samples.len() as f64;
        (samples.iter().map(|p| p.0).sum::<f64>() / n, samples.iter().map(|p| p.1).sum::<f64>() / n)
    };
    samples.iter().take(1).copied().chain(windows.map(mean)).collect()
}

/// Steps from one sample to the next in the run that is sampled most often.
pub fn sample_every(results: &Results) -> u32 {
    results.runs.iter().map(|run| run.settings.sample_every()).min().unwrap_or(1)
}

/// The nearest step that has a sample. The last sample is before the last step.
pub fn snap(results: &Results, x: f64) -> f64 {
    let every = f64::from(sample_every(results));
    let last = (f64::from(results.steps().saturating_sub(1)) / every).floor();
    (x / every).round().clamp(0.0, last) * every
}

/// The last step for which all runs that have started have a sample.
pub fn rest(results: &Results) -> f64 {
    let last = results.runs.iter().filter_map(|run| run.samples.last()).map(|sample| sample.step).min();
    snap(results, last.unwrap_or(0).into())
}

/// The sentence of a figure without measurements.
pub fn empty(results: &Results) -> Option<String> {
    let things = if variants(results).len() == 1 { "The run’s line" } else { "One line for each run" };
    results.is_empty().then(|| format!("{things} will appear here."))
}

pub const NOTHING_YET: &str = "Nothing has been measured yet.";

/// A sentence with the clauses of the variants that have one.
pub fn sentence(results: &Results, what: &str, clause: impl Fn(usize) -> Option<String>) -> String {
    let clause = |variant| Some(format!("{} {}", results.experiment.label(variant), clause(variant)?));
    let clauses: Vec<String> = variants(results).filter_map(clause).collect();
    if clauses.is_empty() { NOTHING_YET.into() } else { format!("{what}: {}.", clauses.join("; ")) }
}

/// The first and the last mark of each variant, as a sentence.
pub fn summary(results: &Results, what: &str, sheet: &Sheet) -> String {
    sentence(results, what, |variant| {
        let panel = sheet.panels.first()?;
        let series = panel.series.get(variant)?;
        let (first, last) = (series.marks.first()?, series.marks.last()?);
        let text = |p: &Point| measured(Some(p.1), panel.y.unit);
        let end = series.divergence.as_ref().map_or(String::new(), |divergence| format!(" ({})", divergence.label));
        if first.0 == last.0 {
            return Some(format!("is {} at step {}{end}", text(first), thousands(first.0)));
        }
        Some(format!("goes from {} to {} at step {}{end}", text(first), text(last), thousands(last.0)))
    })
}

/// A row for each logged step, with the value of each series' mark.
pub fn table(results: &Results, sheet: &Sheet) -> Table {
    let Some(panel) = sheet.panels.first() else { return Table::new(["step"], Vec::new()) };
    let mut steps: Vec<u32> = Vec::new();
    for History { settings, .. } in &results.runs {
        for step in (0..settings.recipe().steps).step_by(settings.log_every() as usize) {
            if let Err(place) = steps.binary_search(&step) {
                steps.insert(place, step);
            }
        }
    }
    let row = |step: u32| {
        let at = |series: &Series| series.marks.iter().find(|p| p.0 == f64::from(step)).map(|p| p.1);
        let values = panel.series.iter().map(|series| Cell::measured(at(series), panel.y.unit));
        std::iter::once(Cell::whole(step.into())).chain(values).collect()
    };
    let names = panel.series.iter().map(|series| series.name.clone());
    Table { columns: std::iter::once("step".into()).chain(names).collect(), rows: steps.into_iter().map(row).collect() }
}
