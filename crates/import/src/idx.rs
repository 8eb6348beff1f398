//! IDX files (LeCun and Cortes): big-endian, magic 0x00000803 for images `[n, rows, cols]`, 0x00000801 for labels `[n]`. Finds out
//! which images and labels belong together, and reads the images one after the other, so that only the result is held.

use super::budget::Budget;
use super::canvas::Canvas;
use super::classes;
use super::error::{Defect, ImportError, quoted};
use super::name::{self, Name, Role};
use super::note::Note;
use super::plan::Plan;
use super::set::{Read, Sizes};
use super::source::{Entry, Sources, Stream};
use std::collections::{BTreeMap, BTreeSet};

const IMAGES: u32 = 0x0000_0803;
const LABELS: u32 = 0x0000_0801;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Header {
    Images { n: u32, rows: u32, cols: u32 },
    Labels { n: u32 },
}

impl Header {
    /// Bytes of the longer header, that of images.
    pub const BYTES: usize = 16;

    /// Whether a file begins as IDX does: two zeros, a type of numbers and 1 to 4 dimensions.
    pub fn is_idx(head: &[u8]) -> bool {
        matches!(head, [0, 0, 8..=14, 1..=4, ..])
    }

    /// Reads the header.
    ///
    /// # Errors
    /// Another magic, a short header, or a dimension of 0.
    pub fn parse(head: &[u8]) -> Result<Self, Defect> {
        let word = |i: usize| {
            head.get(4 * i..4 * i + 4).and_then(|word| word.first_chunk::<4>().copied()).map(u32::from_be_bytes)
        };
        let magic = word(0);
        let (kind, expected) = match magic {
            Some(IMAGES) => ("images", 16),
            Some(LABELS) => ("labels", 8),
            Some(_) => {
                let expected = format!("{IMAGES:#010x} for IDX images or {LABELS:#010x} for IDX labels");
                return Err(Defect::Content { found: quoted(head), expected });
            }
            None => ("files", 8),
        };
        let short = || Defect::Header { byte: head.len() as u64, kind: kind.to_owned(), expected };
        let dim = |i: usize, what: &str| match word(i).ok_or_else(short)? {
            0 => Err(Defect::Zero { byte: 4 * i as u64, what: what.to_owned() }),
            n => Ok(n),
        };
        match magic {
            Some(IMAGES) => Ok(Self::Images { n: dim(1, "images")?, rows: dim(2, "rows")?, cols: dim(3, "columns")? }),
            Some(_) => Ok(Self::Labels { n: dim(1, "labels")? }),
            None => Err(short()),
        }
    }

    fn n_bytes(self) -> u64 {
        match self {
            Self::Images { .. } => 16,
            Self::Labels { .. } => 8,
        }
    }

    /// What the header promises, for a message.
    fn dims(self) -> String {
        match self {
            Self::Images { n, rows, cols } => format!("{n} × {rows} × {cols}"),
            Self::Labels { n } => n.to_string(),
        }
    }

    /// The bytes of data that the header promises, if the limits allow them.
    fn promised(self, budget: &Budget) -> Result<u64, Defect> {
        let limits = budget.limits;
        if let Self::Images { rows, cols, .. } = self
            && (rows > limits.max_side || cols > limits.max_side)
        {
            return Err(Defect::IdxSide { cols, rows, limit: limits.max_side });
        }
        let Self::Images { n, rows, cols } = self else { return Ok(u64::from(self.n())) };
        let image = u64::from(rows) * u64::from(cols);
        let promised = image.checked_mul(n.into()).filter(|&bytes| bytes <= limits.max_inflated);
        let promised = promised.ok_or_else(|| Defect::Huge { dims: self.dims(), limit: limits.max_inflated })?;
        if image > limits.max_image_bytes {
            return Err(Defect::ImageBytes { bytes: image, limit: limits.max_image_bytes });
        }
        Ok(promised)
    }

    fn n(self) -> u32 {
        match self {
            Self::Images { n, .. } | Self::Labels { n } => n,
        }
    }
}

/// A file and its header.
type IdxFile = (Entry, Header);

/// Images and their labels.
struct Pair {
    images: IdxFile,
    labels: IdxFile,
}

/// Reads the data set that the files are.
///
/// # Errors
/// Files that do not belong together, or that are damaged or too large.
pub fn read(
    sources: &mut Sources,
    files: Vec<IdxFile>,
    budget: &mut Budget,
    notes: &mut Vec<Note>,
) -> Result<Read, ImportError> {
    let pairs = pair(files)?;
    let first = pairs.first().map(|pair| &pair.images.0.name).ok_or(ImportError::NoFiles)?;
    let (set, name) = (first.set(), identity(first));
    let mut labels = Vec::new();
    for pair in &pairs {
        let (entry, _) = &pair.labels;
        labels.push(read_labels(sources, pair, budget).map_err(|defect| defect.of(&entry.name.shown))?);
    }
    let files: Vec<&str> = pairs.iter().map(|pair| pair.labels.0.name.shown.as_str()).collect();
    let classes = classes::renumber(&files, &mut labels, &set, notes)?;
    let plan = Plan::new(&labels, classes.len(), budget.limits.max_images, notes)?;
    let is_emnist = set.starts_with("emnist");
    notes.extend(is_emnist.then_some(Note::Transposed));
    let mut sets = plan.sets(budget).map_err(|defect| defect.of(&first.shown))?;
    let mut sizes = Sizes::default();
    for ((pair, labels), parts) in pairs.iter().zip(&labels).zip(&plan.parts) {
        let (entry, header) = &pair.images;
        let mut examples = labels.iter().zip(parts);
        let mut push = |image: &[u8], size, budget: &mut Budget| {
            let Some((&label, &Some(part))) = examples.next() else { return Ok(()) };
            let canvas = Canvas::new(size, image.iter().map(|&light| [light, u8::MAX]));
            let canvas = if is_emnist { canvas.transposed() } else { canvas };
            part.of(&mut sets).push(&canvas, label, budget)
        };
        read_images(sources, entry, *header, budget, &mut push).map_err(|defect| defect.of(&entry.name.shown))?;
        if let Header::Images { n, rows, cols } = header {
            sizes.add([*cols, *rows], *n as usize);
        }
    }
    Ok(Read { name, classes, sets, sizes })
}

/// The labels of a pair, as many as it has images.
fn read_labels(sources: &mut Sources, pair: &Pair, budget: &mut Budget) -> Result<Vec<u8>, Defect> {
    let ((images, images_header), (entry, header)) = (&pair.images, (&pair.labels.0, pair.labels.1));
    let (found, expected) = (header.n(), images_header.n());
    if found != expected {
        return Err(Defect::Counts { found, images: images.name.shown.clone(), expected });
    }
    let promised = header.promised(budget)?;
    // Twice: the labels, and what the plan says about each.
    budget.hold(usize::try_from(promised).unwrap_or(usize::MAX).saturating_mul(2))?;
    let mut labels = Vec::new();
    let mut stream = sources.open(entry, budget)?;
    stream.fill(&mut [0; 8])?;
    stream.append(promised as usize, &mut labels)?;
    finish(stream, header, promised, budget)?;
    Ok(labels)
}

/// Calls `push` with each image, `[rows, cols]`, and its size, `[cols, rows]`.
fn read_images(
    sources: &mut Sources,
    entry: &Entry,
    header: Header,
    budget: &mut Budget,
    push: &mut impl FnMut(&[u8], [usize; 2], &mut Budget) -> Result<(), Defect>,
) -> Result<(), Defect> {
    let Header::Images { n, rows, cols } = header else { return Ok(()) };
    let promised = header.promised(budget)?;
    let size = [cols as usize, rows as usize];
    let n_pixels = rows as usize * cols as usize;
    budget.hold(n_pixels)?;
    let mut stream = sources.open(entry, budget)?;
    stream.fill(&mut [0; Header::BYTES])?;
    let mut image = Vec::new();
    for _ in 0..n {
        image.clear();
        stream.append(n_pixels, &mut image)?;
        if image.len() < n_pixels {
            break;
        }
        push(&image, size, budget)?;
    }
    budget.release(n_pixels);
    finish(stream, header, promised, budget)
}

/// Checks that a file ends where its header says.
fn finish(mut stream: Stream<'_>, header: Header, promised: u64, budget: &mut Budget) -> Result<(), Defect> {
    let found = stream.position().saturating_sub(header.n_bytes());
    let dims = header.dims();
    if found < promised {
        return Err(Defect::Length { dims, found });
    }
    // Also reads the checksum behind gzip and zip.
    let n_more = stream.fill(&mut [0])?;
    budget.decode(stream.position())?;
    if n_more == 0 { Ok(()) } else { Err(Defect::Trailing { dims }) }
}

/// The training files, and the held-out files if there are any.
fn pair(files: Vec<IdxFile>) -> Result<Vec<Pair>, ImportError> {
    let sets = sets(&files);
    let is_single = matches!(&files[..], [_, _]);
    let mut slots: [[Option<IdxFile>; 2]; 2] = Default::default();
    for (entry, header) in files {
        let is_labels = matches!(header, Header::Labels { .. });
        let role = if is_single { None } else { entry.name.role() }.unwrap_or(Role::Train);
        let [[train_images, train_labels], [held_out_images, held_out_labels]] = &mut slots;
        let slot = match (role, is_labels) {
            (Role::Train, false) => train_images,
            (Role::Train, true) => train_labels,
            (Role::HeldOut, false) => held_out_images,
            (Role::HeldOut, true) => held_out_labels,
        };
        if let Some((first, _)) = slot {
            if sets.len() > 1 {
                return Err(ImportError::ManySets { names: sets });
            }
            let found = describe(role, is_labels);
            return Err(ImportError::Twice { first: first.name.shown.clone(), second: entry.name.shown, found });
        }
        *slot = Some((entry, header));
    }
    let roles = [Role::Train, Role::HeldOut].into_iter().zip(slots);
    roles.filter_map(|(role, slots)| complete(role, slots).transpose()).collect()
}

/// The names of the data sets of which there are images and labels; a set without a name is called by its first file's.
fn sets(files: &[IdxFile]) -> Vec<String> {
    let of = |is_labels| {
        let files = files.iter().filter(move |(_, header)| matches!(header, Header::Labels { .. }) == is_labels);
        files.map(|(entry, _)| (entry.name.set(), entry.name.own()))
    };
    let labeled: BTreeSet<String> = of(true).map(|(set, _)| set).collect();
    let sets: BTreeMap<String, &str> = of(false).filter(|(set, _)| labeled.contains(set)).collect();
    sets.into_iter().map(|(set, own)| if set.is_empty() { own.to_owned() } else { set }).collect()
}

fn complete(role: Role, slots: [Option<IdxFile>; 2]) -> Result<Option<Pair>, ImportError> {
    let unpaired = |entry: Entry, is_labels: bool| ImportError::Unpaired {
        file: entry.name.shown,
        found: describe(role, is_labels),
        missing: describe(role, !is_labels),
    };
    match slots {
        [Some(images), Some(labels)] => Ok(Some(Pair { images, labels })),
        [Some((entry, _)), None] => Err(unpaired(entry, false)),
        [None, Some((entry, _))] => Err(unpaired(entry, true)),
        [None, None] => Ok(None),
    }
}

fn describe(role: Role, is_labels: bool) -> String {
    let role = match role {
        Role::Train => "training",
        Role::HeldOut => "held-out",
    };
    format!("{role} {}", if is_labels { "labels" } else { "images" })
}

/// The name of the set, or of the folder or zip, or of the file.
fn identity(images: &Name) -> String {
    let set = Some(images.set()).filter(|set| !set.is_empty());
    let folder = images.folders().iter().rfind(|folder| name::role(folder).is_none()).cloned();
    set.or(folder).unwrap_or_else(|| images.own().to_owned())
}
