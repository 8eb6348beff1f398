//! Reading figures by pointer and by keys.

use super::*;
use crate::control::element;
use crate::layout::arrange;
use lab::text::significant;

fn read(key: &str, results: &Results, x: f64) -> Vec<(String, String)> {
    let readings = figure(key).probe(results, &View::default(), &Options::default(), x);
    readings.into_iter().map(|reading| (reading.name, reading.value)).collect()
}

#[test]
fn a_probe_reads_the_sample_under_it() {
    let sample = &TUTORIAL.runs[2].samples[80];
    let values = read("accuracy", &TUTORIAL, 803.0);
    assert_eq!(values[0], ("step".into(), "800".into()));
    assert_eq!(values[3], ("leaky ReLU".into(), significant(100.0 * f64::from(sample.recent_accuracy), 3) + "\u{a0}%"));
    assert_eq!(read("accuracy", &half_done(), 1000.0)[2], ("ReLU".into(), "–".into()));
    let recent = sample.layers[0].recent_gradient;
    assert_ne!(recent, sample.layers[0].gradient.mean);
    assert_eq!(read("gradient-first", &TUTORIAL, 803.0)[3].1, significant(recent.into(), 3));
    for key in ["gradient-layers", "gradient-map"] {
        let layers = figure(key).probe(&TUTORIAL, &View::default(), &Options::default(), 803.0);
        let named: Vec<(Option<&str>, &str)> =
            layers.iter().map(|reading| (reading.panel.as_deref(), &*reading.name)).collect();
        assert_eq!((named.len(), named[0], named[1]), (19, (None, "step"), (Some("sigmoid"), "1")), "{key}");
        assert_eq!(named[18], (Some("leaky ReLU"), "6"), "{key}");
    }
}

#[test]
fn a_probe_of_a_curve_reads_the_function() {
    let sigmoid = read("sigmoid", &empty(), 1.0);
    // 1 / (1 + 1/e) = 0.7310586, times 1 − 0.7310586 = 0.1966119.
    let expected = [("z", "1.00"), ("f(z)", "0.731059"), ("f′(z)", "0.196612")];
    assert_eq!(sigmoid, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    assert_eq!(read("sigmoid", &empty(), -0.001)[0].1, "0.00", "0 has no sign");
    assert_eq!(read("leaky", &empty(), -2.0)[1].1, "−0.0200000");
    assert_eq!(read("leaky", &empty(), 0.0)[2].1, "0.0100000", "at the kink the left side's slope");
    let flat = figure("leaky").probe(&empty(), &View::default(), &options(&[("slope", "0")]), -2.0);
    assert_eq!(flat[1].value, "0", "0 has no sign");
    let steeper = figure("leaky").probe(&empty(), &View::default(), &options(&[("slope", "0.2")]), -2.0);
    assert_eq!(steeper[1].value, "−0.400000");
}

/// The mean of the samples of a window, and step 0 as it is.
#[test]
fn a_probe_of_the_map_reads_its_column() {
    let run = &TUTORIAL.runs[0];
    let layers = |i: usize| &run.samples[i].layers[2];
    assert_eq!(read("gradient-map", &TUTORIAL, 0.0)[3].1, significant(layers(0).recent_gradient.into(), 3));
    let mean = (80..90).map(|i| f64::from(layers(i).recent_gradient)).sum::<f64>() / 10.0;
    assert_eq!(read("gradient-map", &TUTORIAL, 870.0)[3].1, significant(mean, 3));
    let deltas = options(&[("quantity", "delta")]);
    let delta = figure("gradient-map").probe(&TUTORIAL, &View::default(), &deltas, 0.0);
    assert_eq!(delta[3].value, significant(layers(0).delta.mean.into(), 3));
    assert_eq!(read("gradient-map", &OWN, 0.0)[4].1, "0", "a gradient of 0 is measured");
    assert_eq!(read("gradient-map", &half_done(), 1_500.0)[1].1, "–");
}

#[test]
fn pixels_and_data_invert_each_other() {
    let view = View::default();
    let pointed = figures().filter(|figure| figure.cursor() != Cursor::Slider);
    for (figure, results) in pointed.flat_map(|figure| [&*TUTORIAL, &SIX].map(|results| (figure, results))) {
        let options = Options::default();
        let (low, high) = figure.x_range(results, &view, &options);
        for (size, share) in sizes(figure).into_iter().flat_map(|size| [0.0, 0.25, 0.7, 1.0].map(|share| (size, share)))
        {
            let x = figure.snap(results, low + share * (high - low));
            for plot in arrange(&figure.sheet(results, &view, &options), size).plots {
                let pointer = (plot.x_px(x), (plot.rect.top + plot.rect.bottom) / 2.0);
                let back = figure.pick(results, &view, &options, size, pointer).unwrap().x;
                assert!((back - x).abs() <= 1e-9 * (high - low), "{}: {x} came back as {back}", figure.key());
            }
        }
    }
}

#[test]
fn a_slider_goes_from_the_first_place_to_the_last_that_can_be_read() {
    let (view, options) = (View::default(), Options::default());
    for figure in figures() {
        let (low, high) = figure.x_range(&TUTORIAL, &view, &options);
        for size in sizes(figure) {
            let sheet = figure.sheet(&TUTORIAL, &view, &options);
            let margins = figure.x_margins(&sheet, &TUTORIAL, size);
            let plots = arrange(&sheet, size).plots;
            let is_side_by_side = plots.iter().any(|plot| plot.rect.left != plots[0].rect.left);
            let is_apart = is_side_by_side || figure.cursor() == Cursor::Slider;
            assert_eq!(margins.is_none(), is_apart, "{}", figure.key());
            let Some((left, right)) = margins else { continue };
            for (px, x) in [(left, low), (size.0 - right, high)] {
                let read = figure.pick(&TUTORIAL, &view, &options, size, (px, size.1 / 2.0)).unwrap().x;
                assert!((read - x).abs() <= 1e-9 * (high - low), "{}: {read} at the end for {x}", figure.key());
            }
        }
    }
    let range = |key| figure(key).x_range(&TUTORIAL, &view, &options);
    assert_eq!(
        (range("loss"), range("gradient-map")),
        ((0.0, 2490.0), (0.0, 2490.0)),
        "the last sample, not the last step"
    );
}

#[test]
fn a_pointer_picks_the_line_the_row_or_the_title_that_it_is_on() {
    let (view, options, size) = (View::default(), Options::default(), (960.0, 440.0));
    let pick = |key: &str, pointer| figure(key).pick(&TUTORIAL, &view, &options, size, pointer).unwrap();
    let plots = |key: &str| arrange(&sheet(key, &TUTORIAL), size).plots;

    let map = plots("gradient-map");
    for layer in [1, 4, 6] {
        let at = map[1].point((1_200.0, f64::from(layer)));
        let picked = pick("gradient-map", at);
        assert_eq!((picked.x, picked.layer, picked.variant), (1_200.0, Some(layer as usize), Some(1)));
    }
    assert_eq!(pick("gradient-map", map[2].point((-80.0, 2.0))).x, 0.0, "the column of step 0");

    let layers = plots("gradient-layers");
    let line = sheet("gradient-layers", &TUTORIAL).panels[0].series[0].line.clone();
    let on_line = layers[0].point(line[3]);
    assert_eq!(pick("gradient-layers", on_line).layer, Some(1));
    let on_title = (layers[2].rect.left + 5.0, layers[2].rect.top - 10.0);
    assert_eq!(pick("gradient-layers", on_title).variant, Some(2));
    assert_eq!(pick("gradient-layers", (on_title.0, 6.0)).variant, None, "the headline is above the title");

    let accuracy = plots("accuracy")[0];
    let trend = sheet("accuracy", &TUTORIAL).panels[0].series[0].course().to_vec();
    assert_eq!(pick("accuracy", accuracy.point(trend[9])).variant, Some(0));
    for variant in 0..3 {
        let line = sheet("accuracy", &TUTORIAL).panels[0].series[variant].course().to_vec();
        assert_eq!(pick("accuracy", accuracy.point(line[9])).variant, Some(variant));
    }
    let [a, b] = [trend[9], trend[10]].map(|p| accuracy.point(p));
    assert_eq!(pick("accuracy", ((a.0 + b.0) / 2.0, (a.1 + b.1) / 2.0)).variant, Some(0), "between two points");
    let below = (accuracy.point(trend[9]).0, accuracy.rect.bottom - 2.0);
    assert_eq!(pick("accuracy", below).variant, None, "a pointer far below the lines");
    assert_eq!(pick("accuracy", (accuracy.rect.right - 1.0, accuracy.rect.bottom - 2.0)).variant, None);
}

#[test]
fn a_dragged_element_takes_the_height_of_the_pointer() {
    let (view, options, size) = (View::default(), Options::default(), (960.0, 440.0));
    let chain = figure("chain");
    let sheet = chain.sheet(&TUTORIAL, &view, &options);
    let panel = sheet.panels.iter().position(|panel| panel.series[0].name == "z").unwrap();
    let plot = &arrange(&sheet, size).plots[panel];
    for z in [-0.5, 1.2] {
        let dragged = chain.drag(&TUTORIAL, &view, &options, size, plot.point((2.0, z))).unwrap();
        assert_eq!(element(dragged.get("z").unwrap(), 1), z);
    }
}

#[test]
fn the_readout_rests_where_all_runs_can_be_read() {
    let rest = |key: &str, results: &Results| figure(key).rest(results, &View::default(), &Options::default());
    assert_eq!((rest("loss", &TUTORIAL), rest("loss", &half_done()), rest("loss", &empty())), (2_490.0, 690.0, 0.0));
    assert_eq!(rest("sigmoid", &empty()), 0.0);
    assert_eq!(figure("loss").x_step(&LONG, &View::default(), &Options::default()), 20.0);
}

#[test]
fn what_is_set_is_the_value() {
    for figure in figures() {
        for control in figure.controls(&TUTORIAL).into_iter().filter(|control| control.target == Target::Own) {
            let mut options = Options::default();
            figure.set(&mut options, control.key, "1".into());
            assert_eq!(figure.value(&options, control.key).as_deref(), Some("1"), "{} {}", figure.key(), control.key);
        }
    }
}

#[test]
fn another_start_replaces_every_z_and_w() {
    let (chain, mut options) = (figure("chain"), options(&[("z", "1 2"), ("w", "2")]));
    let values = |options: &Options| ["z", "w"].map(|key| chain.value(options, key).unwrap());
    chain.set(&mut options, "layers", "4".into());
    assert_eq!(values(&options), ["1 2", "2"]);
    chain.set(&mut options, "start", "heavy".into());
    assert_eq!(values(&options), ["1", "1.5"]);
    assert_eq!(chain.value(&options, "layers").as_deref(), Some("4"));
}
