//! Figures as files: the drawing as SVG, with small print that says where it comes from, and the table as CSV. A figure shows
//! finished runs, so its file is a function of the link and the data set.

use super::record::{Need, Record};
use super::{ExportError, File, Source, link, tables};
use chart::{Cell, Figure, Link, Palette, Table};
use lab::experiment::Run;
use lab::run::protocol::Event;
use lab::text::thousands;
use lab::{Detail, Results, RunId};

/// What a file of a figure contains.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FigureKind {
    Svg(Palette),
    Csv,
}

/// The bytes of a figure's samples that a browser should be asked to hold.
const MAX_BYTES: u64 = super::MAX_BYTES;
/// Numbers of a layer in a sample, in bytes, with those of its units.
const LAYER: u64 = 80 + 4 * lab::measure::reading::MAX_UNITS as u64;
/// Five histograms of 64 counts.
const HISTOGRAMS: u64 = 5 * (64 * 4 + 16);

/// What must be recorded of each run, in the order of the runs. Nothing is trained for a figure of a function. Histograms are drawn
/// of a variant's first seed only.
pub fn needs(figure: &dyn Figure, runs: &[Run]) -> Vec<Need> {
    if !figure.is_measured() {
        return Vec::new();
    }
    let is_first = |i: usize| i == 0 || runs[i - 1].variant != runs[i].variant;
    let detail = |i| if is_first(i) { Detail::Everything } else { Detail::Curves };
    (0..runs.len()).map(|i| Need { detail: detail(i), samples: true, ..Need::default() }).collect()
}

/// Estimates the memory for the samples of a figure.
///
/// # Errors
/// The estimate is above [`MAX_BYTES`](super::MAX_BYTES).
pub fn check_figure_size(figure: &dyn Figure, runs: &[Run]) -> Result<(), ExportError> {
    let bytes_of = |(run, need): (&Run, Need)| {
        let (steps, depth) = (u64::from(run.settings.recipe().steps), run.settings.recipe().depth as u64);
        let logs = if need.detail == Detail::Everything { steps.div_ceil(run.settings.log_every().into()) } else { 0 };
        depth * (steps.div_ceil(run.settings.sample_every().into()) * LAYER + logs * HISTOGRAMS)
    };
    let bytes: u64 = runs.iter().zip(needs(figure, runs)).map(bytes_of).sum();
    if bytes > MAX_BYTES { Err(ExportError::TooLarge { label: figure.key(), bytes, limit: MAX_BYTES }) } else { Ok(()) }
}

/// Writes the file of a figure. `link` has the view and the options; its experiment is that of `source`. `records` are those of all
/// runs, with at least what [`needs`] says.
///
/// # Errors
/// The records are not those of the experiment.
pub fn write_figure(
    figure: &dyn Figure,
    kind: FigureKind,
    link: &Link,
    source: Source,
    records: &[Record],
) -> Result<File, ExportError> {
    let results = results(figure, source, records)?;
    let options = link.options_of(figure);
    let (extension, media_type, bytes) = match kind {
        FigureKind::Svg(palette) => {
            let lines = provenance(figure, link, source, &results);
            let svg = chart::document::svg(figure, &results, &link.view, &options, &lines, palette);
            ("svg", "image/svg+xml", svg.into_bytes())
        }
        FigureKind::Csv => ("csv", "text/csv", csv(&figure.table(&results, &link.view, &options))?),
    };
    Ok(File { name: format!("{}.{extension}", figure.key()), media_type, bytes })
}

/// Where a figure comes from, one line for each fact.
///
/// # Errors
/// As [`write_figure`].
pub fn figure_provenance(
    figure: &dyn Figure,
    link: &Link,
    source: Source,
    records: &[Record],
) -> Result<Vec<String>, ExportError> {
    Ok(provenance(figure, link, source, &results(figure, source, records)?))
}

/// The results as the page has them when all runs have ended.
fn results(figure: &dyn Figure, source: Source, records: &[Record]) -> Result<Results, ExportError> {
    let mut results = Results::new(source.experiment.clone(), RunId::default());
    if !figure.is_measured() {
        return Ok(results);
    }
    let runs = source.experiment.runs();
    if records.len() != runs.len() {
        return Err(ExportError::Runs { found: records.len(), expected: runs.len() });
    }
    let needs = needs(figure, &runs);
    for ((history, record), need) in results.runs.iter_mut().zip(records).zip(needs) {
        let run = history.id;
        for measured in &record.samples {
            let mut measured = measured.clone();
            // A record for several files may have more than the figure needs.
            if need.detail != Detail::Everything {
                (measured.histograms, measured.reading) = (None, None);
            }
            history.apply(Event::Sampled { run, measured });
        }
        history.apply(match &record.end {
            Ok(outcome) => Event::Finished { run, outcome: *outcome },
            Err(diverged) => Event::Diverged { run, diverged: diverged.clone() },
        });
    }
    Ok(results)
}

fn provenance(figure: &dyn Figure, link: &Link, source: Source, results: &Results) -> Vec<String> {
    let experiment = source.experiment;
    let fingerprint = chart::link::Fingerprint::of(results);
    let own = Link { experiment: experiment.clone(), fingerprint, ..link.clone() };
    let query = link::of_experiment(experiment).map(|_| format!("?{}", own.to_query()));
    let mut lines = vec![
        format!("Vanishing Gradients, version {}", env!("CARGO_PKG_VERSION")),
        format!("Settings: {}", query.unwrap_or_else(|| "a sweep that no link can hold".into())),
    ];
    if !figure.is_measured() {
        return lines;
    }
    let (first, n) = (experiment.seed(), experiment.n_seeds());
    lines.push(if n == 1 { format!("Seed: {first}") } else { format!("Seeds: {n} for each run, from {first}") });
    let count = |n: usize| thousands(n as f64);
    let data = source.data;
    lines.push(format!("Data: {}, {} + {} images", data.name, count(data.train), count(data.held_out)));
    let of_run = |history: &lab::History| {
        let end = history.outcome().map_or("diverged".into(), |outcome| format!("{:016x}", outcome.fingerprint));
        let seed = if n == 1 { String::new() } else { format!(" (seed {})", history.settings.recipe().seed) };
        format!("{}{seed} {end}", experiment.label(history.variant))
    };
    lines.push(format!("Fingerprints: {}", results.runs.iter().map(of_run).collect::<Vec<_>>().join(", ")));
    lines
}

/// Numbers have all their digits and no unit, which is in the head of their column.
fn csv(Table { columns, rows }: &Table) -> Result<Vec<u8>, ExportError> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let head = columns.iter().enumerate().map(|(i, name)| match rows.first().and_then(|row| row.get(i)) {
        Some(Cell::Number { unit, .. }) if !unit.is_empty() => format!("{} ({})", tables::as_text(name), unit.trim()),
        _ => tables::as_text(name),
    });
    writer.write_record(head).map_err(std::io::Error::from)?;
    for row in rows {
        let cells = row.iter().map(|cell| match cell {
            Cell::Name(text) => tables::as_text(text),
            Cell::Number { value, .. } => value.map(|value| value.to_string()).unwrap_or_default(),
        });
        writer.write_record(cells).map_err(std::io::Error::from)?;
    }
    writer.into_inner().map_err(|error| ExportError::Io(error.into_error()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{DataIdentity, record};
    use std::ops::ControlFlow;

    fn with<T>(query: &str, act: impl FnOnce(&Link, Source, &[Record]) -> T) -> T {
        let (link, errors) = Link::from_query(query, &[]);
        assert!(errors.is_empty(), "{errors:?}");
        let split = folder::load(&folder::bundled()).unwrap();
        let data = DataIdentity::new("digits", &split, Vec::new());
        let runs = link.experiment.runs();
        let need = Need { detail: Detail::Everything, samples: true, ..Need::default() };
        let records =
            runs.iter().map(|run| record(run.settings, &split, need, |_, _| ControlFlow::Continue(())).unwrap());
        let records: Vec<Record> = records.collect();
        act(&link, Source { experiment: &link.experiment, split: &split, data: &data }, &records)
    }

    #[test]
    fn every_figure_becomes_a_drawing_with_its_source_and_a_table() {
        with("seed=3&seeds=2&steps=30&run=relu,label:=1&layer=2", |link, source, records| {
            for figure in chart::figures() {
                let write = |kind| write_figure(figure, kind, link, source, records).unwrap();
                let svg = write(FigureKind::Svg(Palette::Light));
                let text = String::from_utf8(svg.bytes).unwrap();
                assert_eq!(svg.name, format!("{}.svg", figure.key()));
                assert!(text.contains("Vanishing Gradients, version") && text.contains("seed=3"), "{}", figure.key());
                let bits = format!("{:016x}", records[0].end.as_ref().unwrap().fingerprint);
                assert_eq!(text.contains(&bits), figure.is_measured(), "{}", figure.key());
                let table =
                    figure.table(&results(figure, source, records).unwrap(), &link.view, &link.options_of(figure));
                let csv = write(FigureKind::Csv);
                let mut rows = csv::ReaderBuilder::new().has_headers(false).from_reader(csv.bytes.as_slice());
                let found: Vec<Vec<String>> =
                    rows.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect();
                assert_eq!(found.len(), table.rows.len() + 1);
                assert!(found.iter().flatten().all(|cell| !cell.starts_with('=')), "a formula in {}", figure.key());
                for (found, cells) in found[1..].iter().zip(&table.rows) {
                    for (found, cell) in found.iter().zip(cells) {
                        if let Cell::Number { value, .. } = cell {
                            assert_eq!(found.parse().ok(), *value, "{found} in {}", figure.key());
                        }
                    }
                }
            }
        });
    }

    #[test]
    fn a_record_with_more_than_is_needed_gives_the_same_figure() {
        with("seed=1&seeds=2&steps=210&run=relu&run=sigmoid", |link, source, records| {
            let runs = link.experiment.runs();
            let few: Vec<Record> = records
                .iter()
                .zip(needs(chart::find("loss").unwrap(), &runs))
                .map(|(full, need)| {
                    record(full.settings, source.split, need, |_, _| ControlFlow::Continue(())).unwrap()
                })
                .collect();
            for figure in chart::figures() {
                let kind = FigureKind::Svg(Palette::Dark);
                let write = |records: &[Record]| write_figure(figure, kind, link, source, records).unwrap();
                assert_eq!(write(records), write(&few), "{}", figure.key());
            }
        });
    }
}
