//! A training or a held-out set as it is filled: two IDX files, and how light its images are.

use super::SIDE;
use super::budget::{Budget, reserve};
use super::canvas::{Canvas, N_PIXELS};
use super::error::Defect;
use super::note::Note;

/// What is read, before its last steps.
pub struct Read {
    pub name: String,
    pub classes: Vec<String>,
    /// The training and the held-out set.
    pub sets: [Set; 2],
    pub sizes: Sizes,
}

pub struct Set {
    /// Behind a header of 16 bytes, `[n, 28, 28]`.
    images: Vec<u8>,
    /// Behind a header of 8 bytes, `[n]`.
    labels: Vec<u8>,
    /// `[n]`, as in [`Canvas`].
    opacity: Vec<Option<Box<[u8; N_PIXELS]>>>,
    tone: Tone,
}

/// Sums over images, in units of a pixel times 255.
#[derive(Clone, Copy, Default)]
struct Tone {
    light: u64,
    opacity: u64,
    /// Without the margin.
    area: u64,
}

const IMAGES_HEADER: usize = 16;
const LABELS_HEADER: usize = 8;

impl Set {
    /// A set that will hold `n` examples.
    ///
    /// # Errors
    /// It does not fit into the memory.
    pub fn new(n: usize, budget: &mut Budget) -> Result<Self, Defect> {
        let n_bytes = n.saturating_mul(N_PIXELS + 1 + size_of::<usize>()).saturating_add(IMAGES_HEADER + LABELS_HEADER);
        budget.hold(n_bytes)?;
        let (mut images, mut labels, mut opacity) = (Vec::new(), Vec::new(), Vec::new());
        reserve(&mut images, IMAGES_HEADER + n * N_PIXELS)?;
        reserve(&mut labels, LABELS_HEADER + n)?;
        reserve(&mut opacity, n)?;
        let words = |words: &[u32]| words.iter().flat_map(|word| word.to_be_bytes()).collect::<Vec<u8>>();
        let (n, side) = (u32::try_from(n).unwrap_or(u32::MAX), SIDE as u32);
        images.extend(words(&[0x0000_0803, n, side, side]));
        labels.extend(words(&[0x0000_0801, n]));
        Ok(Self { images, labels, opacity, tone: Tone::default() })
    }

    /// Adds an example.
    ///
    /// # Errors
    /// It does not fit into the memory.
    pub fn push(&mut self, canvas: &Canvas, label: u8, budget: &mut Budget) -> Result<(), Defect> {
        if canvas.opacity.is_some() {
            budget.hold(N_PIXELS)?;
        }
        let full = N_PIXELS as u64 * 255;
        let sum = |pixels: &[u8]| pixels.iter().map(|&pixel| u64::from(pixel)).sum::<u64>();
        self.tone.light += sum(&canvas.light);
        self.tone.opacity += canvas.opacity.as_deref().map_or(full, |opacity| sum(opacity));
        self.tone.area += canvas.area as u64 * 255;
        self.images.extend(&canvas.light);
        self.labels.push(label);
        self.opacity.push(canvas.opacity.clone());
        Ok(())
    }

    pub fn len(&self) -> usize {
        self.opacity.len()
    }

    fn labels(&self) -> &[u8] {
        self.labels.get(LABELS_HEADER..).unwrap_or_default()
    }

    /// Light becomes opacity − light: transparent pixels and the margin stay paper.
    fn invert(&mut self) {
        let images = self.images.get_mut(IMAGES_HEADER..).unwrap_or_default();
        for (image, opacity) in images.chunks_exact_mut(N_PIXELS).zip(&self.opacity) {
            match opacity {
                Some(opacity) => image.iter_mut().zip(opacity.iter()).for_each(|(v, o)| *v = o.saturating_sub(*v)),
                None => image.iter_mut().for_each(|v| *v = 255 - *v),
            }
        }
    }

    /// The image file and the label file.
    pub fn into_idx(self) -> (Vec<u8>, Vec<u8>) {
        (self.images, self.labels)
    }
}

/// Inverts the images if their ink is dark. On opaque paper, which most pixels are, the mean is then above one half. If most pixels
/// are transparent, the opaque ones are ink, and their mean is then below one half.
pub fn make_light_on_dark(sets: &mut [Set; 2]) -> Option<Note> {
    let sum = |tone: Tone, set: &Set| Tone {
        light: tone.light + set.tone.light,
        opacity: tone.opacity + set.tone.opacity,
        area: tone.area + set.tone.area,
    };
    let Tone { light, opacity, area } = sets.iter().fold(Tone::default(), sum);
    let is_transparent = 2 * opacity < area;
    let is_dark = if is_transparent { 2 * light < opacity } else { 2 * light > opacity };
    if !is_dark {
        return None;
    }
    sets.iter_mut().for_each(Set::invert);
    Some(if is_transparent { Note::InvertedOnTransparent } else { Note::Inverted })
}

/// A note for each class without training images.
pub fn untrained([train, _]: &[Set; 2], classes: &[String]) -> Vec<Note> {
    let mut is_trained = vec![false; classes.len()];
    for &label in train.labels() {
        is_trained.get_mut(usize::from(label)).into_iter().for_each(|is_trained| *is_trained = true);
    }
    let untrained = classes.iter().zip(is_trained).filter(|(_, is_trained)| !is_trained);
    untrained.map(|(class, _)| Note::Untrained { class: class.clone() }).collect()
}

/// The sizes of images that are not 28 × 28.
#[derive(Default)]
pub struct Sizes {
    n: usize,
    /// By their number of pixels, `[cols, rows]`.
    range: Option<[[u32; 2]; 2]>,
}

impl Sizes {
    /// Counts `n` images of `[cols, rows]`.
    pub fn add(&mut self, size: [u32; 2], n: usize) {
        if size == [SIDE as u32; 2] {
            return;
        }
        let area = |[cols, rows]: [u32; 2]| u64::from(cols) * u64::from(rows);
        let [smallest, largest] = self.range.unwrap_or([size; 2]);
        let smallest = if area(size) < area(smallest) { size } else { smallest };
        let largest = if area(size) > area(largest) { size } else { largest };
        (self.range, self.n) = (Some([smallest, largest]), self.n + n);
    }

    pub fn note(&self) -> Option<Note> {
        self.range.map(|[smallest, largest]| Note::Resampled { n: self.n, smallest, largest })
    }
}
