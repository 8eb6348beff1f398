//! Summaries and tables of the figures.

use super::*;
use crate::link::Fingerprint;
use crate::sheet::Filling;
use lab::text::significant;

fn table(key: &str, results: &Results) -> crate::Table {
    figure(key).table(results, &View::default(), &Options::default())
}

fn summary(key: &str, results: &Results) -> String {
    figure(key).summary(results, &View::default(), &Options::default())
}

#[test]
fn summaries_and_tables_hold_the_measured_numbers() {
    let last = TUTORIAL.runs[1].logged().next_back().unwrap();
    let loss = significant(last.loss.into(), 3);
    let text = summary("loss", &TUTORIAL);
    assert!(text.contains(&format!("to {loss} at step 2,400")), "{text}");
    let table = table("loss", &TUTORIAL);
    assert_eq!(table.columns, ["step", "sigmoid", "ReLU", "leaky ReLU"]);
    assert_eq!((table.rows.len(), table.rows[12][0].text(), table.rows[12][2].text()), (13, "2,400", &*loss));
    let before = TUTORIAL.runs[0].samples[0].layers[0];
    for (quantity, mean) in [("gradient", before.gradient.mean), ("delta", before.delta.mean)] {
        let table = figure("gradient-map").table(&TUTORIAL, &View::default(), &options(&[("quantity", quantity)]));
        let row: Vec<&str> = table.rows[0].iter().map(crate::Cell::text).collect();
        assert_eq!(row[..3], ["sigmoid", "1", &significant(mean.into(), 3)]);
    }
}

#[test]
fn every_figure_has_words_and_a_table() {
    for (name, results) in ALL.iter() {
        for figure in figures().filter(|figure| figure.is_measured() || *name == "empty") {
            for (view, options) in choices(figure, results) {
                let what = format!("{} of {name}", figure.key());
                let table = figure.table(results, &view, &options);
                assert!(table.rows.iter().all(|row| row.len() == table.columns.len()), "{what}");
                let summary = figure.summary(results, &view, &options);
                assert!(summary.ends_with('.') && !summary.contains("NaN"), "{what}: {summary}");
                assert!(*name == "broken" || !summary.contains("inf"), "{what}: {summary}");
                assert!(!figure.probe(results, &view, &options, 200.0).is_empty(), "{what}");
            }
        }
    }
}

#[test]
fn tables_have_the_logged_steps_of_every_run() {
    let steps = |results: &Results| -> Vec<String> {
        table("loss", results).rows.into_iter().map(|row| row[0].text().to_owned()).collect()
    };
    assert_eq!(steps(&LONG)[..3], ["0", "400", "800"]);
    let mixed = Results::new(experiment("run=relu&run=tanh,steps:6000"), RunId(0));
    assert_eq!(steps(&mixed)[..4], ["0", "200", "400", "600"]);
    assert_eq!(steps(&mixed).last().map(String::as_str), Some("5,600"));
}

#[test]
fn figures_speak_of_the_network_that_ran() {
    let headline = |key: &str| sheet(key, &OWN).headline;
    assert_eq!(headline("gradient-last"), "mean |∂C/∂W| of layer 3 (the last)");
    assert_eq!(headline("gradient-first"), "mean |∂C/∂W| of layer 1 (the first)");
    assert_eq!(headline("gradient-layers"), "mean |∂C/∂W| of layers 1 (first) to 3");
    assert_eq!(headline("histograms"), "√density of the gradients of layer 3, leaky ReLU");
    assert_eq!(headline("loss"), "loss: half the squared error of the batch");
    assert_eq!(sheet("gradient-last", &SIX).headline, "mean |∂C/∂W| of the output layer");
    let guide = &sheet("loss", &OWN).panels[0].guides[0];
    // Ten outputs that all say 1/10.
    let loss = 0.5 * (0.9f64.powi(2) + 9.0 * 0.1f64.powi(2));
    assert!((guide.y - loss).abs() < 1e-12 && guide.label == "guessing: 0.45");
    assert!(sheet("loss", &SIX).panels[0].guides.is_empty(), "losses that cannot be compared");
    assert!(summary("gradient-layers", &OWN).contains("ReLU no ratio before training"));
}

/// Every network's own last layer, however deep it is.
#[test]
fn the_output_layer_is_each_networks_own() {
    let sheet = sheet("gradient-last", &SIX);
    for (run, series) in SIX.runs.iter().zip(&sheet.panels[0].series) {
        let own = run.samples[0].layers.last().unwrap().gradient.mean;
        assert_eq!(series.marks[0].1, f64::from(own), "{}", series.name);
    }
    let fifth = figure("gradient-last").sheet(&SIX, &View::default(), &options(&[("layer", "5")]));
    let n_measured = fifth.panels[0].series.iter().filter(|series| series.marks[0].1.is_finite()).count();
    assert_eq!(n_measured, 5, "one of the networks has four layers");
}

#[test]
fn the_map_names_zeros_and_what_is_missing() {
    let others = |results: &Results| -> Vec<&str> {
        sheet("gradient-map", results).scale.unwrap().others.into_iter().map(|(_, name)| name).collect()
    };
    assert_eq!([others(&TUTORIAL), others(&OWN), others(&half_done())], [vec![], vec!["0"], vec!["no value"]]);
    assert_eq!(others(&empty()), Vec::<&str>::new());
    let mut without_the_last_window = TUTORIAL.clone();
    without_the_last_window.runs.iter_mut().for_each(|run| run.samples.truncate(240));
    assert_eq!(others(&without_the_last_window), ["no value"]);
    let hatched = |results: &Results, panel: usize| {
        let cells = &sheet("gradient-map", results).panels[panel].cells;
        cells.iter().filter(|cell| cell.filling == Filling::Hatch).count()
    };
    assert!(hatched(&OWN, 1) > 100 && hatched(&TUTORIAL, 1) == 0);
    let scale = sheet("gradient-map", &TUTORIAL).scale.unwrap();
    assert!(scale.ticks.len() >= 3 && scale.ticks.iter().all(|(_, label)| label.starts_with("10")), "{scale:?}");
}

#[test]
fn the_map_has_a_column_for_step_0_and_one_for_each_window() {
    let sheet = sheet("gradient-map", &TUTORIAL);
    let first_row: Vec<(f64, f64)> =
        sheet.panels[0].cells.iter().filter(|cell| cell.y == (0.5, 1.5)).map(|cell| cell.x).collect();
    assert_eq!((first_row.len(), first_row[0], first_row[1]), (26, (-125.0, -25.0), (0.0, 100.0)));
    assert_eq!(first_row[25], (2_400.0, 2_500.0));
}

#[test]
fn a_fingerprint_is_that_of_finished_runs() {
    let fingerprint = Fingerprint::of(&TUTORIAL).map(|of| (of.version, of.bits));
    assert_eq!(fingerprint, TUTORIAL.fingerprint().map(|bits| (lab::run::VERSION, bits)));
    assert!(fingerprint.is_some() && Fingerprint::of(&half_done()).is_none());
}

/// The numbers of the ratios are those of the runs.
#[test]
fn ratios_compare_the_last_layer_with_an_early_one() {
    let groups = |results: &Results| {
        crate::ratios::groups(results)
            .map(|group| (group.title, group.rows.into_iter().map(|row| row.ratios).collect::<Vec<_>>()))
    };
    let [(title, rows), (second, _), (delta, _)] = groups(&TUTORIAL);
    assert_eq!((&*title, &*second), ("Gradient, layer 6 to layer 1", "Gradient, layer 6 to layer 2"));
    assert_eq!(delta, "Error δ, layer 6 to layer 1");
    let layers = &TUTORIAL.runs[0].samples[0].layers;
    let before = f64::from(layers[5].gradient.mean) / f64::from(layers[0].gradient.mean);
    assert_eq!((rows.len(), &rows[0][0]), (3, &significant(before, 2)));
    let [(_, rows), ..] = groups(&SEEDS);
    assert!(rows[0][0].contains(" [") && rows[0][0].ends_with(']'), "{rows:?}");
    let [(title, _), ..] = groups(&SIX);
    assert_eq!(title, "Gradient, last layer to layer 1");
    let rows = crate::ratios::groups(&TUTORIAL)[0].rows.iter().map(|row| row.tutorial).collect::<Vec<_>>();
    assert!(rows.iter().all(|reported| *reported != "–") && crate::ratios::groups(&OWN)[0].rows[0].tutorial == "–");
}
