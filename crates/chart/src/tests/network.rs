//! The network that reads an example.

use super::*;
use crate::sheet::{Filling, Network};
use crate::theme::Ink;
use lab::text::significant;

fn sheet_at(results: &Results, step: Option<u32>, variant: Option<usize>) -> crate::Sheet {
    figure("network").sheet(results, &View { step, layer: None, variant }, &Options::default())
}

fn network(results: &Results, step: Option<u32>, variant: Option<usize>) -> Network {
    sheet_at(results, step, variant).panels[0].network.clone().unwrap()
}

/// Heights of the bars of a variant, first layer first.
fn bars(results: &Results, step: Option<u32>, variant: usize) -> Vec<f64> {
    let is_own = |cell: &&crate::sheet::Cell| cell.filling == Filling::Solid(Ink::Series(variant));
    sheet_at(results, step, None).panels[1].cells.iter().filter(is_own).map(|cell| cell.y.1).collect()
}

#[test]
fn before_training_the_gradients_of_the_sigmoid_are_a_staircase() {
    let heights = bars(&TUTORIAL, Some(0), 0);
    assert!(heights.len() == 6 && heights.windows(2).all(|pair| pair[0] < 0.4 * pair[1]), "{heights:?}");
    let means = TUTORIAL.runs[0].samples[0].layers.iter().map(|layer| f64::from(layer.gradient.mean));
    assert!(means.zip(&heights).all(|(mean, height)| (height / mean - 1.0).abs() < 1e-6), "{heights:?}");
    assert!(bars(&TUTORIAL, Some(0), 1).windows(2).all(|pair| pair[0] < 2.5 * pair[1] && pair[1] < 2.5 * pair[0]));
}

#[test]
fn units_outputs_and_bars_are_those_of_the_step_and_the_variant() {
    let run = &TUTORIAL.runs[1];
    let reading = run.readings.iter().find(|reading| reading.step == 800).unwrap();
    let drawn = network(&TUTORIAL, Some(804), Some(1));
    assert_eq!((drawn.variant, drawn.columns, drawn.pixels.len(), drawn.has_more), (1, 28, 784, false));
    let outputs = reading.outputs.iter().map(|value| f64::from(*value));
    assert!(drawn.outputs.iter().map(|output| output.value).eq(outputs));
    for (shades, units) in drawn.hidden.iter().zip(&reading.hidden) {
        let largest = units.iter().fold(0f32, |largest, a| largest.max(a.abs()));
        assert!(shades.iter().zip(units).all(|(shade, a)| (shade - f64::from(a.abs() / largest)).abs() < 1e-6));
    }
    let answers: Vec<&str> = drawn.outputs.iter().filter(|output| output.answer.is_some()).map(|o| &*o.class).collect();
    let right: Vec<&str> = drawn.outputs.iter().filter(|output| output.is_right).map(|o| &*o.class).collect();
    assert_eq!((answers, right), (vec![&*reading.answer().to_string()], vec!["3"]));
    let recent = run.samples.iter().find(|sample| sample.step == 800).unwrap().layers[2].recent_gradient;
    assert_eq!(bars(&TUTORIAL, Some(804), 1)[2], f64::from(recent));
    assert!(sheet_at(&TUTORIAL, Some(804), Some(1)).headline.starts_with("ReLU reads 3 as "));
    assert!(sheet_at(&TUTORIAL, None, None).headline.ends_with("at step 2,490"));
}

/// A bar of another step would be read as one of this step.
#[test]
fn a_run_that_ended_before_the_step_has_no_bars() {
    let n_bars = [690, 700, 1_000].map(|step| bars(&half_done(), Some(step), 1).len());
    assert_eq!(n_bars, [6, 0, 0], "the last sample is of step 690");
    let probe = figure("network").probe(&half_done(), &View::default(), &Options::default(), 1_000.0);
    let values: Vec<(&str, &str)> = probe.iter().map(|reading| (&*reading.name, &*reading.value)).collect();
    let first = significant(TUTORIAL.runs[0].samples[100].layers[0].recent_gradient.into(), 3);
    assert_eq!((values[0], values[1], values[3]), (("step", "1,000"), ("1", &*first), ("1", "–")));
}

#[test]
fn wide_layers_and_many_classes_are_cut() {
    assert!(network(&SIX, None, Some(2)).hidden.len() == 11 && network(&LONG, None, None).hidden[0].len() == 4);
    let drawn = network(&WIDE, Some(0), None);
    assert!(drawn.has_more && drawn.hidden.iter().all(|units| units.len() == 12));
    let mut letters = WIDE.clone();
    letters.runs[0].readings[0].outputs = (0..40).map(|class| if class == 30 { 0.9 } else { 0.0 }).collect();
    letters.runs[0].example.as_mut().unwrap().label = 25;
    let classes: Vec<String> =
        network(&letters, Some(0), None).outputs.into_iter().map(|output| output.class).collect();
    assert_eq!(classes[9..], ["9", "25", "30"]);
}

#[test]
fn the_depth_is_a_setting_of_all_runs_and_its_value_is_among_the_choices() {
    let depth = |results: &Results| {
        let control = figure("network").controls(results).into_iter().find(|control| control.label == "Layers")?;
        let ControlKind::Choice(choices) = control.kind else { panic!("{:?}", control.kind) };
        assert_eq!(control.target, Target::Field("depth"));
        Some((control.value, choices.into_iter().map(|(key, _)| key).collect::<Vec<_>>().join(" ")))
    };
    assert_eq!(depth(&TUTORIAL), Some(("6".into(), "2 4 6 8 10 12".into())));
    assert_eq!(depth(&OWN), Some(("3".into(), "2 3 4 6 8 10 12".into())));
    let own_depths = Results::new(experiment("run=relu,depth:3&run=tanh,depth:4"), RunId(0));
    assert_eq!(depth(&own_depths), None, "no run has the shared depth");
}

#[test]
fn a_press_picks_the_layer_and_in_the_bars_the_variant() {
    let (size, options) = ((960.0, 430.0), Options::default());
    let view = View { variant: Some(2), ..View::default() };
    let plots = crate::layout::arrange(&sheet_at(&TUTORIAL, None, None), size).plots;
    let pick = |at| figure("network").pick(&TUTORIAL, &view, &options, size, at).unwrap();
    for (variant, x) in [(0, 3.76), (1, 4.0), (2, 4.24)] {
        let picked = pick(plots[1].point((x, 1e-4)));
        assert_eq!((picked.layer, picked.variant), (Some(4), Some(variant)));
    }
    let unit = pick(plots[0].point((2.1, 0.5)));
    assert_eq!((unit.layer, unit.variant), (Some(2), Some(2)));
}
