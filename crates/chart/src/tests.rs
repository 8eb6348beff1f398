//! The figures through plotters' SVG text, over a recorded run of the bundled digits.

use super::*;
use lab::data::{Digits, Split};
use lab::finding::significant;
use lab::histogram::Histogram;
use lab::history::Status;
use lab::{Plan, Scenario};
use plotters::drawing::IntoDrawingArea;
use plotters::prelude::SVGBackend;
use std::io::Read;
use std::sync::OnceLock;

fn inflated(bytes: &[u8]) -> Vec<u8> {
    let mut inflated = Vec::new();
    flate2::read::GzDecoder::new(bytes).read_to_end(&mut inflated).unwrap();
    inflated
}

fn split() -> &'static Split {
    static SPLIT: OnceLock<Split> = OnceLock::new();
    SPLIT.get_or_init(|| {
        let digits = |images: &[u8], labels: &[u8]| Digits::from_idx(&inflated(images), &inflated(labels)).unwrap();
        let train = digits(
            include_bytes!("../../../static/mnist/train-images-idx3-ubyte.gz"),
            include_bytes!("../../../static/mnist/train-labels-idx1-ubyte.gz"),
        );
        let held_out = digits(
            include_bytes!("../../../static/mnist/t10k-images-idx3-ubyte.gz"),
            include_bytes!("../../../static/mnist/t10k-labels-idx1-ubyte.gz"),
        );
        Split { train, held_out }
    })
}

fn recorded() -> &'static Experiment {
    static RECORDED: OnceLock<Experiment> = OnceLock::new();
    RECORDED.get_or_init(|| Experiment::record(Plan::default(), split()).unwrap())
}

/// Another network than the tutorial's, whose ReLU scenarios learn nothing and have no gradients, trained as long as can be.
fn own() -> &'static Experiment {
    static OWN: OnceLock<Experiment> = OnceLock::new();
    OWN.get_or_init(|| {
        let (plan, errors) = Plan::from_query("depth=3&init=zeros&loss=half-squared&steps=5000");
        assert_eq!(errors, []);
        Experiment::record(plan, split()).unwrap()
    })
}

fn empty() -> Experiment {
    Experiment::new(Plan::default(), Default::default())
}

/// Half done; ReLU has diverged on its way.
fn half_done() -> Experiment {
    let mut experiment = recorded().clone();
    for scenario in Scenario::ALL {
        let history = experiment.run_mut(scenario);
        history.samples.truncate(if scenario == Scenario::Relu { 70 } else { 110 });
        history.histograms.truncate(6);
    }
    experiment.run_mut(Scenario::Relu).status = Status::Diverged("the loss is NaN".into());
    experiment
}

fn broken() -> Experiment {
    let mut experiment = recorded().clone();
    let history = experiment.run_mut(Scenario::Sigmoid);
    for (i, sample) in history.samples.iter_mut().enumerate().skip(20) {
        let bad = [f32::NAN, f32::INFINITY, 0.0, -1.0][i % 4];
        (sample.loss, sample.recent_accuracy) = (bad, bad);
        sample.layers.iter_mut().for_each(|layer| (layer.gradient.mean, layer.recent_gradient) = (bad, bad));
    }
    let broken = |low, high| Histogram { low, high, counts: [1; 64], n_zero: 0 };
    for (of, (low, high)) in history.histograms.iter_mut().zip([(f32::NAN, 1.0), (0.0, f32::INFINITY), (0.5, 0.5)]) {
        of.layers.iter_mut().for_each(|layer| layer.gradient = broken(low, high));
    }
    experiment
}

fn choices(figure: Figure) -> Vec<Choice> {
    let choice = figure.choice();
    let cursor = Some(0.5);
    vec![
        choice,
        Choice { is_linear: true, is_zoomed: true, mode: Mode::Overlay, cursor, ..choice },
        Choice { layer: 1, values: Values::Weights, scenario: Scenario::Sigmoid, cursor, ..choice },
        Choice { layer: 99, cursor: Some(1e9), ..choice },
    ]
}

fn svg(figure: Figure, experiment: &Experiment, choice: &Choice, theme: &Theme, is_narrow: bool) -> String {
    let (width, height) = figure.size(is_narrow);
    let mut svg = String::new();
    let area = SVGBackend::with_string(&mut svg, (4 * width, 4 * height)).into_drawing_area();
    figure.draw(&area, experiment, choice, theme, Scale::svg(4.0)).unwrap();
    area.present().unwrap();
    drop(area);
    svg
}

fn default_svg(figure: Figure, experiment: &Experiment) -> String {
    svg(figure, experiment, &figure.choice(), &Theme::LIGHT, false)
}

/// The values of an attribute, in order.
fn attributes<'a>(svg: &'a str, name: &str) -> Vec<&'a str> {
    let key = format!(" {name}=\"");
    svg.split(&key).skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

/// All places of polylines, polygons, circles and texts.
fn places(svg: &str) -> Vec<(f64, f64)> {
    let number = |text: &str| text.parse::<f64>().unwrap();
    let points = attributes(svg, "points").into_iter().flat_map(str::split_whitespace);
    let mut places: Vec<(f64, f64)> =
        points.map(|p| p.split_once(',').unwrap()).map(|(x, y)| (number(x), number(y))).collect();
    for (x, y) in [("cx", "cy"), ("x", "y")] {
        let pairs = attributes(svg, x).into_iter().zip(attributes(svg, y));
        places.extend(pairs.map(|(x, y)| (number(x), number(y))));
    }
    places
}

/// A drawing without its colours.
fn uncoloured(svg: &str) -> String {
    let mut parts = svg.split('#');
    let first = parts.next().unwrap().to_owned();
    parts.fold(first, |text, part| text + &part[6..])
}

#[test]
fn every_figure_draws_inside_its_area() {
    for figure in Figure::ALL {
        let experiments = [empty(), half_done(), recorded().clone(), own().clone(), broken()];
        for (experiment, is_narrow) in
            experiments.iter().flat_map(|experiment| [(experiment, true), (experiment, false)])
        {
            for choice in choices(figure) {
                let light = svg(figure, experiment, &choice, &Theme::LIGHT, is_narrow);
                let (width, height) = figure.size(is_narrow);
                let (width, height) = (f64::from(4 * width), f64::from(4 * height));
                for (x, y) in places(&light) {
                    let is_inside = (0.0..=width).contains(&x) && (0.0..=height).contains(&y);
                    assert!(is_inside, "{figure:?} {choice:?} narrow {is_narrow}: {x}, {y}");
                }
                assert!(!light.contains("NaN") && !light.contains("inf"), "{figure:?} {choice:?}");
                let dark = svg(figure, experiment, &choice, &Theme::DARK, is_narrow);
                assert!(
                    uncoloured(&light) == uncoloured(&dark),
                    "light and dark {figure:?} differ in more than colour"
                );
            }
        }
    }
}

/// Every text ends inside the area too, as far as its width can be told.
#[test]
fn no_text_is_cut_off_or_too_small() {
    let slopes = [0.0, 0.2, 0.5].map(|s| Experiment::new(Plan::default().with_slope(s).unwrap(), Default::default()));
    let experiments: Vec<Experiment> =
        [empty(), half_done(), recorded().clone(), own().clone()].into_iter().chain(slopes).collect();
    for (figure, experiment) in Figure::ALL.into_iter().flat_map(|f| experiments.iter().map(move |e| (f, e))) {
        for (choice, is_narrow) in choices(figure).into_iter().flat_map(|choice| [(choice, true), (choice, false)]) {
            let size = figure.size(is_narrow);
            let size = (f64::from(size.0), f64::from(size.1));
            for mark in draw::marks(&figure.sheet(experiment, &choice), size) {
                let marks::Mark::Text(text) = mark else { continue };
                let length = marks::text_width(&text.text, text.size);
                let left = match text.align {
                    marks::Align::Left => text.at.0,
                    marks::Align::Middle => text.at.0 - length / 2.0,
                    marks::Align::Right => text.at.0 - length,
                };
                let is_inside = left >= -1.0 && left + length <= size.0 + 1.0;
                assert!(is_inside, "“{}” of {figure:?}, {choice:?}, narrow {is_narrow}: {left} + {length}", text.text);
                let (top, bottom) = (text.at.1 - text.size / 2.0, text.at.1 + text.size / 2.0);
                assert!(top >= 0.0 && bottom <= size.1, "“{}” of {figure:?}, {choice:?}: {top} to {bottom}", text.text);
                assert!(text.size >= 12.0);
            }
        }
    }
}

#[test]
fn lines_have_their_points_and_labels() {
    let accuracy = default_svg(Figure::Accuracy, recorded());
    assert_eq!(lines_in(&accuracy, "#99C7E0"), [250], "one pale sigmoid line of 250 samples");
    assert_eq!(lines_in(&accuracy, "#0072B2"), [26], "its trend: the first sample and 25 windows");
    for figure in [Figure::Accuracy, Figure::Loss, Figure::GradientFirst, Figure::GradientLast] {
        let svg = default_svg(figure, recorded());
        Scenario::ALL.iter().for_each(|s| assert!(svg.contains(&format!(">\n{}\n", s.label())), "{figure:?} {s:?}"));
    }
    let panels = default_svg(Figure::GradientLayers, recorded());
    assert!((1..=6).all(|layer| panels.matches(&format!(">\n{layer}\n")).count() == 3));
    let ridges = default_svg(Figure::Histograms, recorded());
    assert_eq!(ridges.matches("<polygon").count(), 13);
    let half = default_svg(Figure::Loss, &half_done());
    assert!(half.contains("diverged") && !default_svg(Figure::Loss, recorded()).contains("diverged"));
    assert!(default_svg(Figure::Loss, &empty()).contains("appears here"));
}

/// How many points each polyline of a colour has.
fn lines_in(svg: &str, colour: &str) -> Vec<usize> {
    let lines = svg.split("<polyline").skip(1).filter_map(|rest| rest.split('>').next());
    let lines = lines.filter(|line| line.contains(colour));
    lines.map(|line| attributes(line, "points")[0].split_whitespace().count()).collect()
}

#[test]
fn descriptions_and_tables_hold_the_measured_numbers() {
    let history = recorded().run(Scenario::Relu);
    let last = history.logged().next_back().unwrap();
    let loss = significant(last.loss.into(), 3);
    let text = Figure::Loss.describe(recorded(), &Figure::Loss.choice());
    assert!(text.contains(&format!("to {loss} at step 2,400")), "{text}");
    let table = Figure::Loss.table(recorded(), &Figure::Loss.choice());
    assert_eq!(table.columns, ["step", "sigmoid", "ReLU", "leaky ReLU"]);
    assert_eq!((table.rows.len(), &table.rows[12][0], &table.rows[12][2]), (13, &"2,400".to_owned(), &loss));
    for figure in Figure::ALL {
        for experiment in [&empty(), &half_done(), recorded(), &broken()] {
            for choice in choices(figure) {
                let table = figure.table(experiment, &choice);
                assert!(table.rows.iter().all(|row| row.len() == table.columns.len()), "{figure:?}");
                assert!(!figure.describe(experiment, &choice).is_empty());
            }
        }
    }
}

/// Lines are means and marks single batches, which may lie far above.
#[test]
fn every_mark_is_within_its_axis() {
    let mut experiment = recorded().clone();
    experiment.run_mut(Scenario::Relu).samples[40].layers[0].gradient.mean *= 100.0;
    for is_linear in [false, true] {
        let choice = Choice { is_linear, ..Figure::GradientFirst.choice() };
        let sheet = Figure::GradientFirst.sheet(&experiment, &choice);
        let panel = &sheet.panels[0];
        let mut marks = panel.series.iter().flat_map(|series| &series.marks).map(|mark| panel.y.place(mark.1));
        assert!(marks.all(|place| (0.0..=1.0).contains(&place)), "{is_linear}");
    }
}

#[test]
fn a_probe_reads_the_sample_under_it() {
    let sample = &recorded().run(Scenario::Leaky).samples[80];
    let read = |figure: Figure, experiment: &Experiment, x| -> Vec<(String, String)> {
        figure.probe(experiment, &figure.choice(), x).into_iter().map(|reading| (reading.name, reading.value)).collect()
    };
    let values = read(Figure::Accuracy, recorded(), 803.0);
    assert_eq!(values[0], ("step".into(), "800".into()));
    assert_eq!(values[3], ("leaky ReLU".into(), significant(100.0 * f64::from(sample.recent_accuracy), 3) + "\u{a0}%"));
    assert_eq!(read(Figure::Accuracy, &half_done(), 1000.0)[2], ("ReLU".into(), "–".into()));
    let recent = sample.layers[0].recent_gradient;
    assert_ne!(recent, sample.layers[0].gradient.mean);
    assert_eq!(read(Figure::GradientFirst, recorded(), 803.0)[3].1, significant(recent.into(), 3));
    let layers = Figure::GradientLayers.probe(recorded(), &Figure::GradientLayers.choice(), 803.0);
    let named: Vec<(Option<&str>, &str)> = layers.iter().map(|reading| (reading.panel, &*reading.name)).collect();
    assert_eq!((named.len(), named[0], named[1]), (19, (None, "step"), (Some("sigmoid"), "1")));
    assert_eq!(named[18], (Some("leaky ReLU"), "6"));
    let sigmoid = read(Figure::Sigmoid, &empty(), 1.0);
    // 1 / (1 + 1/e) = 0.7310586, times 1 − 0.7310586 = 0.1966119.
    let expected = [("z", "1.00"), ("f(z)", "0.731059"), ("f′(z)", "0.196612")];
    assert_eq!(sigmoid, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    assert_eq!(read(Figure::Leaky, &empty(), -2.0)[1].1, "−0.0200000");
    assert_eq!(read(Figure::Leaky, &empty(), 0.0)[2].1, "0.0100000", "at the kink the left side's slope");
}

#[test]
fn pixels_and_data_invert_each_other() {
    for figure in Figure::ALL {
        let choice = figure.choice();
        for is_narrow in [true, false] {
            let (width, height) = figure.size(is_narrow);
            let size = (f64::from(width), f64::from(height));
            let (low, high) = figure.x_range(recorded(), &choice);
            for share in [0.0, 0.25, 0.7, 1.0] {
                let x = low + share * (high - low);
                let pixels = figure.x_px(recorded(), &choice, size, x);
                let panels = arrange_middles(figure, size);
                for (px, middle) in pixels.into_iter().zip(panels) {
                    let back = figure.x_at(recorded(), &choice, size, (px, middle)).unwrap();
                    assert!((back - x).abs() < 1e-9 * (high - low), "{figure:?}: {x} came back as {back}");
                }
            }
        }
    }
}

#[test]
fn a_slider_goes_from_the_first_place_to_the_last_that_can_be_read() {
    for figure in Figure::ALL {
        let choice = figure.choice();
        let (low, high) = figure.x_range(recorded(), &choice);
        for is_narrow in [true, false] {
            let (width, height) = figure.size(is_narrow);
            let size = (f64::from(width), f64::from(height));
            let margins = figure.x_margins(&figure.sheet(recorded(), &choice), recorded(), size);
            assert_eq!(
                margins.is_none(),
                figure == Figure::GradientLayers && !is_narrow,
                "{figure:?}: panels side by side"
            );
            let Some((left, right)) = margins else { continue };
            for (px, x) in [(left, low), (size.0 - right, high)] {
                let read = figure.x_at(recorded(), &choice, size, (px, size.1 / 2.0)).unwrap();
                assert!((read - x).abs() < 1e-9 * (high - low), "{figure:?}: {read} at the end for {x}");
            }
        }
    }
    assert_eq!(
        Figure::Loss.x_range(recorded(), &Choice::default()),
        (0.0, 2490.0),
        "the last sample, not the last step"
    );
}

fn arrange_middles(figure: Figure, size: (f64, f64)) -> Vec<f64> {
    let plots = layout::arrange(&figure.sheet(recorded(), &figure.choice()), size);
    plots.iter().map(|plot| (plot.rect.top + plot.rect.bottom) / 2.0).collect()
}

#[test]
fn keys_name_their_figures() {
    for figure in Figure::ALL {
        assert_eq!(Figure::from_key(figure.key()), Some(figure));
        assert!(!figure.title().is_empty() && figure.caption().ends_with('.'));
    }
}

#[test]
fn an_empty_figure_has_plain_axes_and_its_sentence_in_the_middle() {
    let choice = Choice { is_linear: true, ..Figure::GradientFirst.choice() };
    let y = Figure::GradientFirst.sheet(&empty(), &choice).panels[0].y;
    assert_eq!((y.low(), y.high()), (0.0, 0.1));
    let size = Figure::GradientLayers.size(false);
    let sheet = Figure::GradientLayers.sheet(&empty(), &choice);
    let plots = layout::arrange(&sheet, (size.0.into(), size.1.into()));
    let sentence = draw::marks(&sheet, (size.0.into(), size.1.into())).into_iter().find_map(|mark| match mark {
        marks::Mark::Text(text) if text.text.contains("appears here") => Some(text.at.0),
        marks::Mark::Text(_) | marks::Mark::Line { .. } | marks::Mark::Fill { .. } | marks::Mark::Dot { .. } => None,
    });
    assert!((plots[1].rect.left..plots[1].rect.right).contains(&sentence.unwrap()));
}

/// The two ReLU panels of a network whose hidden layers started at 0, which only the linear axis has a place for.
#[test]
fn a_panel_of_zeros_says_so_where_it_cannot_show_them() {
    let said = |experiment: &Experiment, is_linear| {
        let sheet = Figure::GradientLayers.sheet(experiment, &Choice { is_linear, ..Figure::GradientLayers.choice() });
        let is_said = |mark: &&marks::Mark| matches!(mark, marks::Mark::Text(text) if text.text == "all are 0");
        draw::marks(&sheet, (640.0, 360.0)).iter().filter(is_said).count()
    };
    assert_eq!(
        [own(), recorded(), &empty()].map(|experiment| [said(experiment, false), said(experiment, true)]),
        [[2, 0], [0, 0], [0, 0]]
    );
}

#[test]
fn a_magnified_curve_has_no_false_plateau() {
    for (slope, n_names) in [(0.0, 1), (0.01, 1), (0.5, 2)] {
        let plan = Plan::default().with_slope(slope).unwrap();
        let experiment = Experiment::new(plan, Default::default());
        let choice = Choice { is_zoomed: true, ..Figure::Leaky.choice() };
        let marks = draw::marks(&Figure::Leaky.sheet(&experiment, &choice), (640.0, 360.0));
        let is_name = |mark: &&marks::Mark| matches!(mark, marks::Mark::Text(text) if text.text.ends_with("(z)"));
        assert_eq!(marks.iter().filter(is_name).count(), n_names, "slope {slope}");
        let is_leader =
            |mark: &marks::Mark| matches!(mark, marks::Mark::Line { width: 1.0, ink: theme::Ink::Scenario(_), .. });
        assert!(!marks.iter().any(is_leader), "slope {slope}");
        let table = Figure::Leaky.table(&experiment, &choice);
        assert!(table.rows.iter().flatten().all(|cell| cell != "−0"), "slope {slope}");
    }
}

#[test]
fn figures_speak_of_the_network_that_ran() {
    let headline = |figure: Figure| figure.sheet(own(), &figure.choice()).headline;
    assert_eq!(headline(Figure::GradientLast), "mean |∂C/∂W| of layer 3 (the last)");
    assert_eq!(headline(Figure::GradientLayers), "mean |∂C/∂W| of each layer, 1 (first) to 3 (last)");
    assert_eq!(headline(Figure::Histograms), "√density of the gradients of layer 3, leaky ReLU");
    assert_eq!(headline(Figure::Loss), "loss: half the squared error of the batch");
    let guide = &Figure::Loss.sheet(own(), &Choice::default()).panels[0].guides[0];
    // Ten outputs that all say 1/10.
    let loss = 0.5 * (0.9f64.powi(2) + 9.0 * 0.1f64.powi(2));
    assert!((guide.y - loss).abs() < 1e-12 && guide.label == "guessing: 0.45");
    for figure in Figure::ALL.into_iter().filter(|figure| !figure.is_curve()) {
        let words = figure.describe(own(), &figure.choice());
        assert!(!words.contains("NaN") && !words.contains("inf"), "{words}");
    }
    assert!(Figure::GradientLayers.describe(own(), &Choice::default()).contains("ReLU no ratio before training"));
}
