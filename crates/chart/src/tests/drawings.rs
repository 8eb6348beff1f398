//! Drawings as marks: their places, their contents, and that nothing is cut off.

use super::*;
use crate::mark::{Align, Point, text_width};
use crate::theme::Ink;

/// The points of all marks except texts, with the width that is painted around them.
fn places(mark: &Mark) -> Vec<(f64, f64)> {
    match mark {
        Mark::Line { points, .. } | Mark::Fill { points, .. } => points.clone(),
        Mark::Rect { from, to, .. } => vec![*from, *to],
        Mark::Dot { center, .. } => vec![*center],
        Mark::Text(text) => vec![text.at],
    }
}

/// Every figure over all results, choices and sizes.
fn for_all_drawings(check: impl Fn(&str, (f64, f64), &[Mark])) {
    for (name, results) in ALL.iter() {
        for figure in figures().filter(|figure| figure.is_measured() || *name == "empty") {
            for (view, options) in choices(figure, results) {
                let sheet = figure.sheet(results, &view, &options);
                for size in sizes(figure) {
                    let what = format!("{} of {name}, {view:?}, {options:?}, {size:?}", figure.key());
                    check(&what, size, &sheet.marks(size));
                }
            }
        }
    }
}

#[test]
fn every_figure_draws_inside_its_area() {
    for_all_drawings(|what, (width, height), marks| {
        for mark in marks {
            for (x, y) in places(mark) {
                let is_inside = (0.0..=width).contains(&x) && (0.0..=height).contains(&y);
                assert!(is_inside, "{what}: {x}, {y} of {mark:?}");
            }
        }
    });
}

/// Every text is inside the area, by its estimated width.
#[test]
fn no_text_is_cut_off_or_too_small() {
    for_all_drawings(|what, (width, height), marks| {
        for text in texts(marks) {
            let length = text_width(&text.text, text.size);
            let left = match text.align {
                Align::Left => text.at.0,
                Align::Middle => text.at.0 - length / 2.0,
                Align::Right => text.at.0 - length,
            };
            assert!(left >= -1.0 && left + length <= width + 1.0, "“{}” at {left} + {length}: {what}", text.text);
            let (top, bottom) = (text.at.1 - text.size / 2.0, text.at.1 + text.size / 2.0);
            assert!(top >= 0.0 && bottom <= height, "“{}” from {top} to {bottom}: {what}", text.text);
            assert!(text.size >= 12.0);
            assert!(!["NaN", "inf"].iter().any(|bad| text.text.contains(bad)), "“{}”: {what}", text.text);
        }
    });
}

/// The numbers of points of the lines of one ink and width.
fn lines_in(marks: &[Mark], of: Ink, at: f64) -> Vec<usize> {
    let points = |mark: &Mark| match mark {
        Mark::Line { points, width, ink } if *ink == of && *width == at => Some(points.len()),
        _ => None,
    };
    marks.iter().filter_map(points).collect()
}

#[test]
fn lines_have_their_points_and_labels() {
    let accuracy = |pairs| figure("accuracy").sheet(&TUTORIAL, &View::default(), &options(pairs)).marks((960.0, 480.0));
    let of_first = |marks: &[Mark]| (lines_in(marks, Ink::Pale(0), 1.0), lines_in(marks, Ink::Series(0), 2.0));
    let n_dots = |marks: &[Mark]| marks.iter().filter(|mark| matches!(mark, Mark::Dot { .. })).count();
    let (plain, full, first) = (accuracy(&[]), accuracy(&[("samples", "yes")]), accuracy(&[("steps", "50")]));
    assert_eq!(of_first(&plain), (vec![], vec![26]), "the trend: the first sample and 25 windows");
    assert_eq!(of_first(&full), (vec![250], vec![26]), "a pale line of 250 samples too");
    assert_eq!(
        (n_dots(&plain), n_dots(&full)),
        (0, 26),
        "13 logged batches of the variant with circles, with their rims"
    );
    assert_eq!(of_first(&first).1, [7], "the samples of steps 0 to 50, and the end of the plot");
    let hundred = accuracy(&[("steps", "100")]);
    assert_eq!(of_first(&hundred).1, [12], "up to 100 steps the samples and no trend");
    for key in ["accuracy", "loss", "gradient-first", "gradient-last"] {
        let marks = sheet(key, &TUTORIAL).marks((960.0, 480.0));
        TUTORIAL.experiment.labels().iter().for_each(|label| assert!(has_text(&marks, label), "{key} {label}"));
    }
    let panels = sheet("gradient-layers", &TUTORIAL).marks((960.0, 440.0));
    let count = |wanted: &str| texts(&panels).iter().filter(|text| text.text == wanted).count();
    assert!((1..=6).all(|layer| count(&layer.to_string()) == 3));
    let ridges = sheet("histograms", &TUTORIAL).marks((960.0, 560.0));
    assert_eq!(ridges.iter().filter(|mark| matches!(mark, Mark::Fill { .. })).count(), 13);
    let loss = |results: &Results| sheet("loss", results).marks((960.0, 480.0));
    assert!(has_text(&loss(&half_done()), "diverged") && !has_text(&loss(&TUTORIAL), "diverged"));
    assert!(has_text(&loss(&empty()), "will appear here"));
}

#[test]
fn long_names_stand_in_a_legend_and_short_ones_at_their_lines() {
    let right_of = |key: &str, results: &Results, wanted: &str| {
        let marks = sheet(key, results).marks((960.0, 480.0));
        let at = texts(&marks).iter().find(|text| text.text.contains(wanted)).map(|text| text.at);
        at.unwrap_or_else(|| panic!("{wanted} is missing"))
    };
    assert!(right_of("loss", &TUTORIAL, "sigmoid").0 > 800.0);
    let (x, y) = right_of("loss", &half_done(), "ReLU: diverged");
    assert!(x < 600.0 && y < 60.0, "far from the others' ends: {x}, {y}");
    let (_, y) = right_of("loss", &SIX, "<a>&b with");
    assert!((30.0..200.0).contains(&y), "{y}");
}

/// Lines are means and marks single batches, which may lie far above.
#[test]
fn every_mark_is_within_its_axis() {
    let mut results = TUTORIAL.clone();
    results.runs[1].samples[40].layers[0].gradient.mean *= 100.0;
    for axis in ["log", "linear"] {
        let sheet = figure("gradient-first").sheet(&results, &View::default(), &options(&[("axis", axis)]));
        let panel = &sheet.panels[0];
        let mut marks = panel.series.iter().flat_map(|series| &series.marks).map(|mark| panel.y.place(mark.1));
        assert!(marks.all(|place| (0.0..=1.0).contains(&place)), "{axis}");
    }
}

#[test]
fn an_empty_figure_has_plain_axes_and_its_sentence_in_the_middle() {
    let linear = options(&[("axis", "linear")]);
    let y = figure("gradient-first").sheet(&empty(), &View::default(), &linear).panels[0].y;
    assert_eq!((y.low(), y.high()), (0.0, 0.1));
    for key in ["gradient-layers", "gradient-map"] {
        let sheet = sheet(key, &empty());
        let plots = crate::layout::arrange(&sheet, (960.0, 440.0)).plots;
        let marks = sheet.marks((960.0, 440.0));
        let sentence = texts(&marks).into_iter().find(|text| text.text.contains("will appear here")).unwrap();
        assert!((plots[1].rect.left..plots[1].rect.right).contains(&sentence.at.0), "{key}");
    }
}

/// The two ReLU panels of a network whose hidden layers started at 0, which only the linear axis has a place for.
#[test]
fn a_panel_of_zeros_says_so_where_it_cannot_show_them() {
    let said = |results: &Results, axis| {
        let sheet = figure("gradient-layers").sheet(results, &View::default(), &options(&[("axis", axis)]));
        texts(&sheet.marks((640.0, 360.0))).iter().filter(|text| text.text == "all are 0").count()
    };
    let both = |results: &Results| [said(results, "log"), said(results, "linear")];
    assert_eq!([both(&OWN), both(&TUTORIAL), both(&empty())], [[2, 0], [0, 0], [0, 0]]);
}

#[test]
fn a_zoomed_curve_has_no_false_plateau() {
    for (slope, n_names) in [("0", 1), ("0.01", 1), ("0.5", 2)] {
        let options = options(&[("slope", slope), ("zoom", "yes")]);
        let marks = figure("leaky").sheet(&empty(), &View::default(), &options).marks((640.0, 360.0));
        let is_name = |text: &&&Text| ["f(z)", "f′(z)"].contains(&&*text.text);
        assert_eq!(texts(&marks).iter().filter(is_name).count(), n_names, "slope {slope}");
        let is_leader = |mark: &Mark| matches!(mark, Mark::Line { width: 1.0, ink: Ink::Series(_), .. });
        assert!(!marks.iter().any(is_leader), "slope {slope}");
        let table = figure("leaky").table(&empty(), &View::default(), &options);
        assert!(table.rows.iter().flatten().all(|cell| cell.text() != "−0"), "slope {slope}");
    }
}

/// Ranges, peaks and kinks of an activation are computed from f and f′ alone.
#[test]
fn curves_find_ranges_kinks_and_peaks() {
    let facts = |key: &str| {
        let sheet = sheet(key, &empty());
        let panel = &sheet.panels[0];
        let dots: Vec<Point> = panel.series[1].marks.clone();
        let guides: Vec<&str> = panel.guides.iter().map(|guide| &*guide.label).collect();
        format!("{} {}..{} {dots:?} {guides:?}", panel.x.high(), panel.y.low(), panel.y.high())
    };
    assert_eq!(facts("sigmoid"), r#"8 0..1 [] ["0.25"]"#);
    assert_eq!(facts("relu"), "4 -0.5..4 [(0.0, 0.0)] []");
    assert_eq!(facts("leaky"), "4 -0.5..4 [(0.0, 0.01)] []");
    let half = figure("leaky").sheet(&empty(), &View::default(), &options(&[("slope", "0.5")]));
    assert_eq!(half.panels[0].series[1].marks, [(0.0, 0.5)], "a small jump is a kink too");
    assert_eq!(facts("tanh"), "4 -1..1 [] []");
    assert_eq!(facts("identity"), "4 -4..4 [] []");
    // The largest slope of GELU is at z = √2: Φ(√2) + √2 φ(√2) = 0.92135 + 0.20755.
    assert_eq!(facts("gelu"), r#"4 -0.5..4 [] ["1.13"]"#);
    // Everything else has no jump, and rounding is none.
    let has_kink = |figure: &&&'static dyn Figure| !sheet(figure.key(), &empty()).panels[0].series[1].marks.is_empty();
    let curves: Vec<&dyn Figure> =
        figures().filter(|figure| nn::Activation::ALL.iter().any(|f| f.key() == figure.key())).collect();
    let kinked: Vec<&str> = curves.iter().filter(has_kink).map(|figure| figure.key()).collect();
    assert_eq!(kinked, ["relu", "leaky", "selu"]);
    // λα = 1.7581, the slope of SELU on the left of 0.
    assert!(facts("selu").starts_with("4 -2..4.5 [(0.0, 1.758"), "{}", facts("selu"));
}

/// Fifty layers are rows of at least a pixel and a half, and not all of their names are drawn.
#[test]
fn fifty_layers_are_legible() {
    for size in sizes(figure("gradient-map")) {
        let marks = sheet("gradient-map", &DEEP).marks(size);
        let heights: Vec<f64> = marks
            .iter()
            .filter_map(|mark| match mark {
                Mark::Rect { from, to, ink: Ink::Heat(_) } if from.1 > 70.0 => Some(to.1 - from.1),
                _ => None,
            })
            .collect();
        assert!(heights.len() > 50 && heights.iter().all(|&height| height >= 1.5), "{size:?} {heights:?}");
        let names = ["1", "10", "50"].map(|wanted| texts(&marks).iter().any(|text| text.text == wanted));
        assert_eq!(names, [true; 3], "{size:?}");
    }
    let marks = sheet("gradient-layers", &DEEP).marks((960.0, 440.0));
    let ends: Vec<f64> = texts(&marks)
        .iter()
        .filter(|text| text.text.parse::<u32>().is_ok_and(|layer| (1..=50).contains(&layer)))
        .filter(|text| text.at.0 < 480.0 && text.align == Align::Left)
        .map(|text| text.at.1)
        .collect();
    assert!(ends.len() > 5 && ends.windows(2).all(|pair| pair[1] - pair[0] > 13.0), "{ends:?}");
}
