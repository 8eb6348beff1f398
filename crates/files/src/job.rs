//! A job from its request to its reply, without a browser. Runs are trained one after the other; each worker has one thread.

use chart::{Link, Palette};
use export::{DataIdentity, ExportError, FileIdentity, Need, Record, Source, Stopped};
use files::{FigureKind, Reply, Request, Summary};
use flate2::read::MultiGzDecoder;
use import::{ImportError, Limits};
use lab::Split;
use lab::data::DatasetError;
use lab::data::dataset::MNIST_FILES;
use lab::experiment::Run;
use std::io::{self, Read};
use std::ops::ControlFlow;
use thiserror::Error;

/// Why a job has no result.
#[derive(Debug, Error)]
pub enum Failure {
    #[error(transparent)]
    Import(#[from] ImportError),
    #[error(transparent)]
    Dataset(#[from] DatasetError),
    #[error(transparent)]
    Export(#[from] ExportError),
    #[error(transparent)]
    Stopped(#[from] Stopped),
    #[error("there is no format “{0}”")]
    Format(String),
    #[error("there is no figure “{0}”")]
    Figure(String),
    #[error("the data are no whole gzip files: {0}")]
    Gzip(io::Error),
    #[error("{found} files came with the request, but {expected} were expected")]
    Payload { found: usize, expected: usize },
}

/// A reply and the byte arrays that follow it.
pub type Answer = (Reply, Vec<Vec<u8>>);

/// Does a job. `on_steps` is called after every step with the steps made and the steps of all runs.
///
/// # Errors
/// What the request asks for does not exist, or the files with it are invalid.
pub fn work(request: Request, files: Vec<Vec<u8>>, on_steps: impl FnMut(u64, u64)) -> Result<Answer, Failure> {
    match request {
        Request::Import { names } => import(names, files),
        Request::Export { format, query, data } => {
            let format = export::Format::from_key(&format).ok_or(Failure::Format(format))?;
            let (experiment, (split, data)) = (Link::from_query(&query, &[]).0.experiment, open(data, files)?);
            export::check_size(format, &experiment, &split, export::MAX_BYTES)?;
            let runs = experiment.runs();
            let records = record(&runs, &vec![format.need(); runs.len()], &split, on_steps)?;
            let source = Source { experiment: &experiment, split: &split, data: &data };
            Ok(file(export::write(format, source, &records)?, String::new()))
        }
        Request::Figure { figure, query, data, kind } => {
            let figure = chart::find(&figure).ok_or(Failure::Figure(figure))?;
            let link = Link::from_query(&query, &[]).0;
            let (split, data) = if figure.is_measured() { open(data, files)? } else { nothing()? };
            let runs = link.experiment.runs();
            export::check_figure_size(figure, &runs)?;
            let records = record(&runs, &export::figure_needs(figure, &runs), &split, on_steps)?;
            let source = Source { experiment: &link.experiment, split: &split, data: &data };
            let kind = match kind {
                FigureKind::LightSvg => export::FigureKind::Svg(Palette::Light),
                FigureKind::DarkSvg => export::FigureKind::Svg(Palette::Dark),
                FigureKind::Csv => export::FigureKind::Csv,
            };
            let about = export::figure_provenance(figure, &link, source, &records)?.join("\n");
            Ok(file(export::write_figure(figure, kind, &link, source, &records)?, about))
        }
        Request::Label { name, text } => {
            let [png] = payload(files)?;
            let bytes = export::png_with_text(&png, &text)?;
            Ok(file(export::File { name, media_type: "image/png", bytes }, text))
        }
    }
}

fn file(export::File { name, media_type, bytes }: export::File, about: String) -> Answer {
    (Reply::File { name, media_type: media_type.to_owned(), about }, vec![bytes])
}

fn import(names: Vec<String>, files: Vec<Vec<u8>>) -> Result<Answer, Failure> {
    if names.len() != files.len() {
        return Err(Failure::Payload { found: files.len(), expected: names.len() });
    }
    let files = names.into_iter().zip(files).map(|(name, bytes)| import::File { name, bytes });
    let imported = import::read(files.collect(), &Limits::default())?;
    // A trainer reads them in the same way.
    let split = Split::from_idx(imported.idx.each_ref().map(Vec::as_slice))?;
    let summary = Summary {
        name: imported.identity.name,
        n_train: imported.n_train as u32,
        n_held_out: imported.n_held_out as u32,
        n_pixels: split.n_inputs() as u32,
        n_classes: split.n_classes() as u32,
        notes: imported.notes.iter().map(ToString::to_string).collect(),
    };
    Ok((Reply::Imported(summary), imported.idx.into()))
}

/// The data of a request.
fn open(name: Option<String>, files: Vec<Vec<u8>>) -> Result<(Split, DataIdentity), Failure> {
    let files = files.into_iter().map(inflated).collect::<Result<_, _>>().map_err(Failure::Gzip)?;
    let idx: [Vec<u8>; 4] = payload(files)?;
    let split = Split::from_idx(idx.each_ref().map(Vec::as_slice))?;
    let files = MNIST_FILES.iter().zip(&idx).map(|(name, bytes)| FileIdentity::of(name, bytes)).collect();
    let identity = DataIdentity::new(name.as_deref().unwrap_or(DataIdentity::BUNDLED), &split, files);
    Ok((split, identity))
}

/// Inflates a file that begins as gzip does. The page keeps the bundled digits as they came.
fn inflated(file: Vec<u8>) -> io::Result<Vec<u8>> {
    if !file.starts_with(&[0x1f, 0x8b]) {
        return Ok(file);
    }
    let mut inflated = Vec::new();
    MultiGzDecoder::new(file.as_slice()).read_to_end(&mut inflated)?;
    Ok(inflated)
}

/// Data for a figure that needs none: two images of two pixels.
fn nothing() -> Result<(Split, DataIdentity), Failure> {
    let images = [0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0].to_vec();
    let labels = [0, 0, 8, 1, 0, 0, 0, 1, 0].to_vec();
    open(None, vec![images.clone(), labels.clone(), images, labels])
}

fn payload<const N: usize>(files: Vec<Vec<u8>>) -> Result<[Vec<u8>; N], Failure> {
    files.try_into().map_err(|files: Vec<Vec<u8>>| Failure::Payload { found: files.len(), expected: N })
}

/// Trains the runs that something is needed of.
fn record(
    runs: &[Run],
    needs: &[Need],
    split: &Split,
    mut on_steps: impl FnMut(u64, u64),
) -> Result<Vec<Record>, Failure> {
    let steps_of = |run: &Run| u64::from(run.settings.recipe().steps);
    let (of, mut before) = (runs.iter().map(steps_of).sum(), 0);
    let mut records = Vec::with_capacity(needs.len());
    for (run, need) in runs.iter().zip(needs) {
        records.push(export::record(run.settings, split, *need, |steps, _| {
            on_steps(before + u64::from(steps), of);
            ControlFlow::Continue(())
        })?);
        before += steps_of(run);
    }
    Ok(records)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digits() -> Vec<Vec<u8>> {
        folder::import(&folder::bundled(), &Limits::default()).unwrap().idx.into()
    }

    fn export(format: &str, query: &str) -> Request {
        Request::Export { format: format.into(), query: query.into(), data: None }
    }

    #[test]
    fn an_export_reports_the_steps_of_all_runs_and_names_its_file() {
        let mut progress = Vec::new();
        let request = export("csv", "steps=20&seeds=2&run=relu");
        let (reply, files) = work(request, digits(), |steps, of| progress.push((steps, of))).unwrap();
        let Reply::File { name, media_type, .. } = reply else { panic!("{reply:?}") };
        assert_eq!((name.as_str(), media_type.as_str()), ("vanishing-gradients-csv.zip", "application/zip"));
        assert_eq!((files.len(), progress.last().unwrap().1), (1, 40));
        assert!(progress.is_sorted() && progress.iter().any(|(steps, _)| *steps > 20));
    }

    #[test]
    fn gzipped_digits_give_the_same_file() {
        let read = |name: &str| std::fs::read(folder::bundled().join(name).with_extension("gz")).unwrap();
        let gzipped: Vec<_> = MNIST_FILES.iter().map(|name| read(name)).collect();
        let csv = |files| work(export("csv", "steps=20&run=relu"), files, |_, _| {}).map(|(_, files)| files);
        assert_eq!(csv(gzipped.clone()).unwrap(), csv(digits()).unwrap());
        let halves = gzipped.iter().map(|file| file[..file.len() / 2].to_vec()).collect();
        let sentence = csv(halves).unwrap_err().to_string();
        assert!(sentence.starts_with("the data are no whole gzip files: "), "{sentence}");
    }

    #[test]
    fn a_figure_of_a_function_needs_no_data() {
        let figure = |figure: &str| Request::Figure {
            figure: figure.into(),
            query: String::new(),
            data: None,
            kind: FigureKind::DarkSvg,
        };
        let function = chart::figures().find(|figure| !figure.is_measured()).unwrap();
        let (reply, files) = work(figure(function.key()), Vec::new(), |_, _| {}).unwrap();
        assert!(matches!(reply, Reply::File { about, .. } if about.starts_with("Vanishing Gradients, version")));
        assert!(files[0].starts_with(b"<svg "));
        let sentence = work(figure("loss"), Vec::new(), |_, _| {}).unwrap_err().to_string();
        assert_eq!(sentence, "0 files came with the request, but 4 were expected");
    }

    #[test]
    fn own_images_become_data_or_a_sentence() {
        let names = MNIST_FILES.map(str::to_owned).to_vec();
        let (reply, idx) = work(Request::Import { names }, digits(), |_, _| {}).unwrap();
        let Reply::Imported(summary) = reply else { panic!("{reply:?}") };
        assert_eq!((summary.n_train, summary.n_held_out, summary.n_classes), (9_000, 1_000, 10));
        assert_eq!(idx, digits());
        let request = Request::Import { names: vec!["a.txt".into()] };
        let sentence = work(request, vec![b"hello".to_vec()], |_, _| {}).unwrap_err().to_string();
        assert!(sentence.starts_with("the file holds no images; a.txt begins with"), "{sentence}");
    }

    #[test]
    fn what_does_not_exist_or_is_too_large_is_a_sentence() {
        let sentence = |request| work(request, digits(), |_, _| {}).unwrap_err().to_string();
        assert_eq!(sentence(export("parquet", "")), "there is no format “parquet”");
        let large = sentence(export("scripts", "steps=100000&batch=512&seeds=3"));
        assert_eq!(large, "the export “Python scripts” needs about 1867 MB, but at most 400 MB are allowed");
        let label = Request::Label { name: "a.png".into(), text: String::new() };
        assert_eq!(sentence(label), "4 files came with the request, but 1 were expected");
    }
}
