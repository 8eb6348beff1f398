//! All figures over results of many kinds, recorded on the bundled digits.

mod digests;
mod drawings;
mod marks;
mod network;
mod numbers;
mod paint;
mod readings;
mod shared_view;
mod svg;

use crate::mark::{Mark, Text};
use crate::{Control, ControlKind, Cursor, Figure, Options, Target, View, figures, find};
use lab::experiment::history::End;
use lab::measure::histogram::Histogram;
use lab::run::Diverged;
use lab::{Experiment, Results, RunId, Split};
use std::sync::{LazyLock, OnceLock};

fn split() -> &'static Split {
    static SPLIT: OnceLock<Split> = OnceLock::new();
    SPLIT.get_or_init(|| folder::load(&folder::bundled()).unwrap())
}

fn experiment(query: &str) -> Experiment {
    let (experiment, errors) = Experiment::from_query(query);
    assert_eq!(errors, []);
    experiment
}

fn record(query: &str) -> Results {
    Results::record(experiment(query), split()).unwrap()
}

static TUTORIAL: LazyLock<Results> = LazyLock::new(|| Results::record(Experiment::tutorial(), split()).unwrap());

/// Another network than the tutorial's, whose ReLU runs learn nothing and have no gradients, trained as long as samples are dense.
static OWN: LazyLock<Results> = LazyLock::new(|| record("depth=3&init=zeros&loss=half-squared&steps=5000"));

static ONE: LazyLock<Results> = LazyLock::new(|| record("steps=300&depth=1&run=tanh"));

/// The most variants there can be, with long names, two of them in an alphabet without Latin letters, and networks of three depths.
static SIX: LazyLock<Results> = LazyLock::new(|| {
    record(
        "steps=400&run=sigmoid,norm:batch,residual:yes,dropout:0.1&run=relu,norm:layer,residual:yes,depth:4&\
         run=leaky,slope:0.2,init:glorot-uniform,depth:12&run=tanh,label:<a>%26b+with+a+very+long+name+that+a+reader+gave&\
         run=elu,label:激活函数的一个很长很长很长很长很长很长很长的名字&run=gelu,loss:half-squared",
    )
});

static SEEDS: LazyLock<Results> = LazyLock::new(|| record("steps=400&depth=3&seeds=4"));

/// Runs of two lengths, which are sampled every 10 and every 20 steps.
static MIXED: LazyLock<Results> = LazyLock::new(|| record("depth=2&width=4&steps=300&run=relu&run=tanh,steps:5200"));

/// Layers with more units than are drawn.
static WIDE: LazyLock<Results> = LazyLock::new(|| record("steps=10&width=40&run=relu"));

static DEEP: LazyLock<Results> = LazyLock::new(|| record("steps=210&depth=50&run=sigmoid&run=relu"));

/// A run that is so long that samples, windows and logs are further apart.
static LONG: LazyLock<Results> = LazyLock::new(|| record("steps=6000&depth=2&width=4&run=relu"));

fn empty() -> Results {
    Results::new(Experiment::tutorial(), RunId(0))
}

/// Half done; the second run has diverged.
fn half_done() -> Results {
    let mut results = TUTORIAL.clone();
    for run in &mut results.runs {
        run.samples.truncate(if run.variant == 1 { 70 } else { 110 });
        run.histograms.truncate(6);
        run.end = None;
    }
    results.runs[1].end = Some(diverged());
    results
}

/// The same with a run that diverged after a few samples.
fn with_a_diverged_run(results: &Results) -> Results {
    let mut results = results.clone();
    let run = results.runs.len() / 2;
    results.runs[run].end = Some(diverged());
    results.runs[run].samples.truncate(15);
    results
}

fn diverged() -> End {
    let mut results = Results::record(experiment("optimizer=sgd&rate=100&run=relu"), split()).unwrap();
    let end = results.runs.remove(0).end.unwrap();
    assert!(matches!(end, End::Diverged(Diverged { .. })));
    end
}

/// Results with invalid numbers, which no run measures.
fn broken() -> Results {
    let mut results = TUTORIAL.clone();
    for run in &mut results.runs[1..] {
        for sample in run.samples.iter_mut().rev().take(5) {
            (sample.loss, sample.recent_accuracy) = (f32::NAN, f32::NAN);
        }
    }
    let run = &mut results.runs[0];
    for (i, sample) in run.samples.iter_mut().enumerate().skip(20) {
        let bad = [f32::NAN, f32::INFINITY, 0.0, -1.0][i % 4];
        (sample.loss, sample.recent_accuracy) = (bad, bad);
        for layer in &mut sample.layers {
            (layer.gradient.mean, layer.recent_gradient, layer.delta.mean) = (bad, bad, bad);
        }
    }
    let broken = |low, high| Histogram { low, high, counts: [1; 64], n_zero: 0 };
    for (of, (low, high)) in run.histograms.iter_mut().zip([(f32::NAN, 1.0), (0.0, f32::INFINITY), (0.5, 0.5)]) {
        of.layers.iter_mut().for_each(|layer| layer.gradient = broken(low, high));
    }
    results
}

/// Results of all kinds, by name.
static ALL: LazyLock<Vec<(&str, Results)>> = LazyLock::new(|| {
    vec![
        ("tutorial", TUTORIAL.clone()),
        ("own", OWN.clone()),
        ("one", ONE.clone()),
        ("six", SIX.clone()),
        ("seeds", SEEDS.clone()),
        ("deep", DEEP.clone()),
        ("long", LONG.clone()),
        ("mixed", MIXED.clone()),
        ("wide", WIDE.clone()),
        ("empty", empty()),
        ("half done", half_done()),
        ("broken", broken()),
        ("a seed diverged", with_a_diverged_run(&SEEDS)),
        ("one of six diverged", with_a_diverged_run(&SIX)),
    ]
});

fn figure(key: &str) -> &'static dyn Figure {
    find(key).unwrap()
}

/// The default drawing of a figure.
fn sheet(key: &str, results: &Results) -> crate::Sheet {
    figure(key).sheet(results, &View::default(), &Options::default())
}

fn options(pairs: &[(&'static str, &str)]) -> Options {
    let mut options = Options::default();
    pairs.iter().for_each(|&(key, value)| options.set(key, value.into()));
    options
}

/// A view and options for every value of every control, and some that are out of range.
fn choices(figure: &dyn Figure, results: &Results) -> Vec<(View, Options)> {
    let far = View { step: Some(u32::MAX), layer: Some(99), variant: Some(9) };
    let near = View { step: Some(0), layer: Some(1), variant: Some(0) };
    let cursor = |x| Options::default().with_cursor(x);
    // The first layer and the first variant that are out of range.
    let beyond =
        View { step: None, layer: Some(results.depth() + 1), variant: Some(results.experiment.variants().len()) };
    let last = View { layer: Some(results.depth()), ..beyond };
    let mut all = vec![
        (View::default(), Options::default()),
        (far, cursor(1e9)),
        (near, cursor(0.0)),
        (last, cursor(1.0)),
        (beyond, cursor(1.0)),
    ];
    for Control { key, target, kind, .. } in figure.controls(results) {
        let values = match kind {
            ControlKind::Choice(choices) if choices.len() > 8 => {
                vec![choices[0].0.clone(), choices[choices.len() / 2].0.clone()]
            }
            ControlKind::Choice(choices) => choices.into_iter().map(|(key, _)| key).collect(),
            ControlKind::Switch => vec!["yes".into(), "no".into()],
            ControlKind::Number { min, max, presets, .. } => {
                let presets = presets.iter().map(|&(_, value)| value);
                presets.chain([min, max, 2.0 * max]).map(|value| value.to_string()).collect()
            }
            ControlKind::Numbers { min, max, .. } => vec![min.to_string(), format!("{max} {min} 0"), "1 x".into()],
        };
        for value in values.into_iter().chain(["nonsense".into()]) {
            let mut choice = (View { step: Some(200), ..View::default() }, cursor(0.5));
            match target {
                Target::Own => choice.1.set(key, value),
                Target::Layer => choice.0.layer = value.parse().ok(),
                Target::Variant => choice.0.variant = value.parse().ok(),
                Target::Field(_) => continue,
            }
            all.push(choice);
        }
    }
    all
}

fn sizes(figure: &dyn Figure) -> [(f64, f64); 2] {
    [true, false].map(|is_narrow| {
        let (width, height) = figure.size(is_narrow);
        (width.into(), height.into())
    })
}

fn texts(marks: &[Mark]) -> Vec<&Text> {
    marks.iter().filter_map(|mark| if let Mark::Text(text) = mark { Some(text) } else { None }).collect()
}

fn has_text(marks: &[Mark], wanted: &str) -> bool {
    texts(marks).iter().any(|text| text.text.contains(wanted))
}

#[test]
fn keys_name_one_figure_each() {
    let keys: Vec<&str> = figures().map(Figure::key).collect();
    assert!(keys.iter().enumerate().all(|(i, key)| !keys[..i].contains(key)), "{keys:?}");
    for figure in figures() {
        assert_eq!(find(figure.key()).map(Figure::key), Some(figure.key()));
        assert!(!figure.title().is_empty() && crate::caption(figure).ends_with('.'), "{}", figure.key());
    }
    assert!(find("nothing").is_none());
}

/// The value of a control is the default, so choosing it changes nothing.
#[test]
fn a_control_names_what_is_shown_by_default() {
    for (figure, results) in figures().flat_map(|figure| [&*TUTORIAL, &SIX, &ONE].map(|results| (figure, results))) {
        let plain = figure.sheet(results, &View::default(), &Options::default());
        for Control { key, target, kind, value, .. } in figure.controls(results) {
            if let ControlKind::Choice(choices) = kind {
                assert!(choices.iter().any(|(key, _)| *key == value), "{} {key}: {value}", figure.key());
            }
            let (mut view, mut options) = (View::default(), Options::default());
            match target {
                Target::Own => options.set(key, value),
                Target::Layer => view.layer = value.parse().ok(),
                Target::Variant => view.variant = value.parse().ok(),
                Target::Field(key) => {
                    let field = lab::Field::find(key).unwrap();
                    assert_eq!(results.experiment.with(field, &value).as_ref(), Ok(&results.experiment));
                }
            }
            let chosen = figure.sheet(results, &view, &options);
            assert_eq!(format!("{chosen:?}"), format!("{plain:?}"), "{} {key}", figure.key());
        }
    }
}
