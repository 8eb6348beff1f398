//! One step, one layer and one variant for all figures.

use super::*;
use crate::theme::Ink;

const OVER_STEPS: [&str; 6] =
    ["accuracy", "loss", "gradient-last", "gradient-first", "gradient-layers", "gradient-map"];

fn at(key: &str, view: View) -> crate::Sheet {
    figure(key).sheet(&TUTORIAL, &view, &Options::default())
}

#[test]
fn the_step_puts_the_crosshair_into_every_figure_over_steps() {
    for key in OVER_STEPS {
        let cursors = |step| -> Vec<Option<f64>> {
            at(key, View { step, ..View::default() }).panels.iter().map(|panel| panel.cursor).collect()
        };
        assert!(cursors(None).iter().all(Option::is_none), "{key}");
        assert!(cursors(Some(804)).iter().all(|cursor| *cursor == Some(800.0)), "{key}: the nearest sample");
        assert!(cursors(Some(9_999)).iter().all(|cursor| *cursor == Some(2_490.0)), "{key}");
        let n_marks = |step| at(key, View { step, ..View::default() }).marks((960.0, 440.0)).len();
        assert!(n_marks(Some(800)) > n_marks(None), "{key}");
    }
    let before = at("gradient-map", View { step: Some(0), ..View::default() }).panels[0].cursor;
    assert_eq!(before, Some(-75.0), "in the middle of the column of step 0");
}

#[test]
fn the_step_picks_out_the_last_histogram_before_it() {
    let widths = |step| -> Vec<f64> {
        at("histograms", View { step, ..View::default() }).panels[0].series.iter().map(|series| series.width).collect()
    };
    assert!(widths(None).iter().all(|&width| width == 1.5));
    let strong: Vec<usize> = (0..13).filter(|&i| widths(Some(790))[i] > 1.5).collect();
    assert_eq!(strong, [3], "step 600");
}

#[test]
fn the_layer_is_stronger_in_lines_and_framed_in_the_map() {
    let widths = |layer| -> Vec<f64> {
        let sheet = at("gradient-layers", View { layer, ..View::default() });
        sheet.panels[1].series.iter().map(|series| series.width).collect()
    };
    assert_eq!((widths(None), widths(Some(2))), (vec![2.0; 6], vec![1.5, 4.0, 1.5, 1.5, 1.5, 1.5]));
    let frames = |layer| -> Vec<(f64, f64)> {
        let sheet = at("gradient-map", View { layer, ..View::default() });
        let cells = sheet.panels.iter().flat_map(|panel| panel.cells.clone());
        cells.filter(|cell| cell.filling == crate::sheet::Filling::Frame).map(|cell| cell.y).collect()
    };
    assert_eq!((frames(None), frames(Some(2)), frames(Some(7))), (vec![], vec![(1.5, 2.5); 3], vec![]));
    let headline = |layer| at("histograms", View { layer, ..View::default() }).headline;
    assert!(headline(Some(2)).contains("layer 2") && headline(Some(99)).contains("layer 6"));
}

#[test]
fn the_variant_stays_and_the_others_stand_back() {
    let view = View { variant: Some(1), ..View::default() };
    for key in &OVER_STEPS[..4] {
        let inks: Vec<Ink> = at(key, view).panels[0].series.iter().map(|series| series.ink).collect();
        assert_eq!(inks, [Ink::Pale(0), Ink::Series(1), Ink::Pale(2)], "{key}");
    }
    for key in &OVER_STEPS[4..] {
        let inks: Vec<Ink> = at(key, view).panels.iter().filter_map(|panel| Some(panel.title.as_ref()?.ink)).collect();
        assert_eq!(inks, [Ink::Muted, Ink::Series(1), Ink::Muted], "{key}");
    }
    let is_washed = |i: usize| matches!(at("gradient-layers", view).panels[i].series[0].ink, Ink::Wash(_));
    assert_eq!([0, 1, 2].map(is_washed), [true, false, true]);
    assert!(at("histograms", view).headline.ends_with("ReLU") && !at("histograms", view).headline.contains("leaky"));
}

#[test]
fn variants_differ_in_color_dash_and_shape() {
    let sheet = figure("loss").sheet(&SIX, &View::default(), &Options::default());
    let series = &sheet.panels[0].series;
    assert_eq!(series.len(), 6);
    for (i, one) in series.iter().enumerate() {
        for other in &series[..i] {
            assert!(one.ink != other.ink && one.dash != other.dash && one.shape != other.shape, "{i}");
        }
    }
}

/// Of four seeds, the line is the median and the band reaches from the lowest to the highest.
#[test]
fn several_seeds_are_a_median_and_a_band() {
    for key in &OVER_STEPS[..4] {
        let sheet = figure(key).sheet(&SEEDS, &View::default(), &Options::default());
        let panel = &sheet.panels[0];
        assert_eq!((panel.series.len(), panel.bands.len()), (3, 3), "{key}");
        for (series, band) in panel.series.iter().zip(&panel.bands) {
            assert!(series.trend.as_ref().unwrap().pale.is_none(), "{key}");
            let pairs = series.course().iter().zip(&band.points);
            assert!(pairs.clone().all(|(p, b)| p.0 == b.0 && b.1 <= p.1 && p.1 <= b.2), "{key}");
            assert!(pairs.clone().any(|(_, b)| b.1 < b.2), "{key}: seeds differ");
        }
        assert!(sheet.headline.ends_with("median and range of 4 seeds"), "{}", sheet.headline);
    }
    let mut losses: Vec<f32> = SEEDS.of_variant(0).map(|run| run.samples[20].loss).collect();
    losses.sort_by(f32::total_cmp);
    let median = (f64::from(losses[1]) + f64::from(losses[2])) / 2.0;
    let sheet = sheet("loss", &SEEDS);
    assert_eq!(sheet.panels[0].series[0].marks[1], (200.0, median));
    assert!(self::sheet("loss", &TUTORIAL).panels[0].bands.is_empty());
    // Of layers, the first and the last have a band, or the chosen one.
    let bands = |layer| {
        let view = View { layer, ..View::default() };
        figure("gradient-layers").sheet(&SEEDS, &view, &Options::default()).panels[0].bands.len()
    };
    assert_eq!((bands(None), bands(Some(2))), (2, 1));
}
