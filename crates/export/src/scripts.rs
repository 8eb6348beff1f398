//! Scripts for PyTorch, Keras and JAX with everything that they need to repeat the runs: the images, and of each run the initial
//! network, the batches, the dropped units and our losses. The scripts are static files that read `experiment.json`.

use super::archive::Archive;
use super::record::{Record, Trajectory};
use super::report::{self, RunReport};
use super::safetensors::{self, State};
use super::{ExportError, Format, Names, Source};
use lab::Dataset;

const FILES: [(&str, &str); 6] = [
    ("README.md", include_str!("../scripts/README.md")),
    ("requirements.txt", include_str!("../scripts/requirements.txt")),
    ("runs.py", include_str!("../scripts/runs.py")),
    ("train_jax.py", include_str!("../scripts/train_jax.py")),
    ("train_keras.py", include_str!("../scripts/train_keras.py")),
    ("train_torch.py", include_str!("../scripts/train_torch.py")),
];

/// The IDX format's codes of types.
const U8: u8 = 0x08;
const I32: u8 = 0x0c;

/// The archive with the scripts and their data.
pub fn write(source: Source, records: &[Record]) -> Result<Vec<u8>, ExportError> {
    let names = Names::of(source.experiment);
    let train = &source.split.train;
    let mut archive = Archive::new();
    for (name, text) in FILES {
        archive.add(name, text.as_bytes())?;
    }
    archive.add("experiment.json", &report::provenance(source, records)?)?;
    archive.add("train-images.idx", &idx(U8, &[train.len(), train.x.width()], &pixels(train)))?;
    archive.add("train-labels.idx", &idx(U8, &[train.len()], &train.labels))?;
    for (run, record) in source.experiment.runs().iter().zip(records) {
        let report = RunReport::of(&names, run, record);
        let missing = ExportError::NotRecorded { label: Format::Scripts.label(), what: "the networks and the batches" };
        let (initial, trajectory) = record.initial.as_ref().zip(record.trajectory.as_ref()).ok_or(missing)?;
        let name = |file: &str| format!("{}/{file}", report.folder);
        archive.add(&name("initial.safetensors"), &safetensors::file(initial, &report, State::Initial)?)?;
        add_trajectory(&mut archive, name, run.settings.recipe().batch, trajectory)?;
    }
    archive.finish()
}

fn add_trajectory(
    archive: &mut Archive,
    name: impl Fn(&str) -> String,
    batch: usize,
    Trajectory { batches, losses, masks }: &Trajectory,
) -> Result<(), ExportError> {
    let steps = losses.len();
    let examples: Vec<u8> = batches.iter().flat_map(|example| example.to_be_bytes()).collect();
    archive.add(&name("batches.idx"), &idx(I32, &[steps, batch], &examples))?;
    if let Some(bytes) = masks.len().checked_div(steps).filter(|&bytes| bytes > 0) {
        archive.add(&name("masks.idx"), &idx(U8, &[steps, bytes], masks))?;
    }
    let rows = losses.iter().enumerate().map(|(step, loss)| format!("{step},{loss}\n"));
    let table = std::iter::once("step,loss\n".to_owned()).chain(rows).collect::<String>();
    archive.add(&name("losses.csv"), table.as_bytes())
}

/// A file in the IDX format: magic with the type and the number of dimensions, big-endian dimensions, data.
fn idx(kind: u8, dimensions: &[usize], data: &[u8]) -> Vec<u8> {
    let sizes = dimensions.iter().flat_map(|&size| u32::try_from(size).unwrap_or(u32::MAX).to_be_bytes());
    let mut file = vec![0, 0, kind, dimensions.len() as u8];
    file.extend(sizes);
    file.extend_from_slice(data);
    file
}

/// The pixels as bytes, `[examples, pixels]`. A pixel of a data set is v / 255, so this is exact.
fn pixels(dataset: &Dataset) -> Vec<u8> {
    let width = dataset.x.width();
    let mut pixels = vec![0; dataset.len() * width];
    for (i, row) in pixels.chunks_exact_mut(width).enumerate() {
        for (column, x) in dataset.x.row(i) {
            if let Some(pixel) = row.get_mut(column) {
                *pixel = (x * 255.0).round() as u8;
            }
        }
    }
    pixels
}

#[cfg(test)]
mod tests {
    use super::*;
    use lab::data::idx;

    #[test]
    fn images_are_the_bytes_that_were_read() {
        let pixels_before: Vec<u8> = (0..=255).chain([0; 14]).collect();
        let labels: Vec<u8> = vec![0, 0, 8, 1, 0, 0, 0, 2, 7, 3];
        let images: Vec<u8> =
            [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 9, 0, 0, 0, 15].into_iter().chain(pixels_before.clone()).collect();
        let dataset = Dataset::from_idx(&images, &labels).unwrap();
        assert_eq!(pixels(&dataset), pixels_before);
        assert_eq!(idx::labels(&super::idx(U8, &[2], &dataset.labels)), Ok(&[7, 3][..]));
        assert_eq!(super::idx(I32, &[1, 2], &[])[..], [0, 0, 12, 2, 0, 0, 0, 1, 0, 0, 0, 2]);
    }
}
