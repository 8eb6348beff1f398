//! The files of an import, those in zips included, and what each of them holds. A file in a zip is inflated when it is read.

use super::File;
use super::budget::{Budget, reserve};
use super::error::{Defect, ImportError, quoted};
use super::idx::Header;
use super::name::{Name, natural};
use super::note::Note;
use flate2::bufread::MultiGzDecoder;
use std::collections::BTreeSet;
use std::io::{self, BufRead, BufReader, Cursor, Read};
use zip::ZipArchive;

const GZIP: [u8; 2] = [0x1f, 0x8b];
/// The header of a zip's first file, or the end of an empty zip.
const ZIP: [[u8; 4]; 2] = [*b"PK\x03\x04", *b"PK\x05\x06"];
/// The header of a file in a zip's directory.
const ZIP_ENTRY: [u8; 4] = *b"PK\x01\x02";
/// Bytes that a file of a zip is counted with, for its entry here and in the directory of the zip, and a look at its first bytes.
const ENTRY_BYTES: usize = 1024;
/// Bytes by which a buffer grows at first. Declared sizes are not trusted.
const CHUNK: usize = 1 << 16;

/// A file that can be opened.
pub struct Entry {
    pub name: Name,
    origin: Origin,
}

enum Origin {
    Loose(usize),
    Zipped { zip: usize, index: usize },
}

pub struct Sources {
    loose: Vec<Vec<u8>>,
    zips: Vec<ZipArchive<Cursor<Vec<u8>>>>,
    entries: Vec<Entry>,
}

/// Entries by what they hold.
#[derive(Default)]
pub struct Found {
    pub idx: Vec<(Entry, Header)>,
    /// In natural order.
    pub images: Vec<Entry>,
}

impl Sources {
    /// Counts the files and lists the zips.
    ///
    /// # Errors
    /// No files, too many, too large, or a zip that cannot be read.
    pub fn new(files: Vec<File>, budget: &mut Budget) -> Result<Self, ImportError> {
        if files.is_empty() {
            return Err(ImportError::NoFiles);
        }
        let found = files.iter().map(|file| file.bytes.len() as u64).sum();
        let held = usize::try_from(found).ok().and_then(|bytes| budget.hold(bytes).ok());
        held.ok_or(ImportError::TooLarge { found, limit: budget.limits.max_bytes })?;
        let mut sources = Self { loose: Vec::new(), zips: Vec::new(), entries: Vec::new() };
        for File { name, bytes } in files {
            let name = Name::new(&name);
            if ZIP.iter().any(|magic| bytes.starts_with(magic)) {
                sources.add_zip(&name, bytes, budget)?;
            } else {
                sources.entries.push(Entry { name, origin: Origin::Loose(sources.loose.len()) });
                sources.loose.push(bytes);
            }
        }
        check_count(sources.entries.len(), budget)?;
        Ok(sources)
    }

    fn add_zip(&mut self, name: &Name, bytes: Vec<u8>, budget: &mut Budget) -> Result<(), ImportError> {
        // The directory of a zip can be much larger in memory than in the file, so it is counted first.
        let n_entries = bytes.windows(4).filter(|window| *window == ZIP_ENTRY).count();
        check_count(self.entries.len() + n_entries, budget)?;
        budget.hold(n_entries.saturating_mul(ENTRY_BYTES)).map_err(|defect| defect.of(&name.shown))?;
        let unreadable = |error: zip::result::ZipError| Defect::Zip { cause: error.to_string() }.of(&name.shown);
        let archive = ZipArchive::new(Cursor::new(bytes)).map_err(unreadable)?;
        for index in 0..archive.len() {
            let entry = archive.by_index_data(index).map_err(unreadable)?;
            // Many programs write UTF-8 without saying so; what is not UTF-8 is in the code page of the first zips.
            let inner = match std::str::from_utf8(entry.name_raw()) {
                Ok(name) => name.to_owned(),
                Err(_) => entry.name().map_err(unreadable)?.into_owned(),
            };
            if !entry.is_dir() && !inner.ends_with(['/', '\\']) {
                let origin = Origin::Zipped { zip: self.zips.len(), index };
                self.entries.push(Entry { name: name.in_zip(&inner), origin });
            }
        }
        self.zips.push(archive);
        Ok(())
    }

    /// Opens a file, and inflates it if it begins as gzip does.
    ///
    /// # Errors
    /// Its zip is damaged, encrypted, or compressed with another method than deflate.
    pub fn open(&mut self, entry: &Entry, budget: &Budget) -> Result<Stream<'_>, Defect> {
        let raw: Box<dyn BufRead + '_> = match entry.origin {
            Origin::Loose(i) => Box::new(self.loose.get(i).map(Vec::as_slice).unwrap_or_default()),
            Origin::Zipped { zip, index } => Box::new(BufReader::new(self.open_zipped(zip, index)?)),
        };
        let mut stream = Stream { reader: raw, position: 0, limit: budget.inflatable() };
        let mut head = [0; GZIP.len()];
        let n = stream.fill(&mut head)?;
        let head = head.get(..n).unwrap_or_default().to_vec();
        let is_gzip = head == GZIP;
        let whole = Cursor::new(head).chain(stream.reader);
        let reader: Box<dyn BufRead + '_> =
            if is_gzip { Box::new(BufReader::new(MultiGzDecoder::new(whole))) } else { Box::new(whole) };
        Ok(Stream { reader, position: 0, limit: stream.limit })
    }

    fn open_zipped(&mut self, zip: usize, index: usize) -> Result<impl Read, Defect> {
        let Some(archive) = self.zips.get_mut(zip) else {
            return Err(Defect::Zip { cause: "it has gone".to_owned() });
        };
        let byte = archive.by_index_data(index).map_or(0, |entry| entry.header_start());
        archive.by_index(index).map_err(|error| Defect::Zipped { byte, cause: error.to_string() })
    }
}

fn check_count(found: usize, budget: &Budget) -> Result<(), ImportError> {
    let limit = budget.limits.max_files;
    if found > limit { Err(ImportError::TooMany { found, limit }) } else { Ok(()) }
}

/// The inflated bytes of a file, up to a limit.
pub struct Stream<'a> {
    reader: Box<dyn BufRead + 'a>,
    /// Bytes read so far.
    position: u64,
    limit: u64,
}

impl Stream<'_> {
    pub fn position(&self) -> u64 {
        self.position
    }

    /// The same with a lower limit.
    pub fn limited(self, limit: u64) -> Self {
        Self { limit: self.limit.min(limit), ..self }
    }

    /// Fills the buffer, or as much of it as there is. Returns the number of bytes.
    ///
    /// # Errors
    /// Damaged data, or more than the limit.
    pub fn fill(&mut self, buffer: &mut [u8]) -> Result<usize, Defect> {
        let mut n = 0;
        while let Some(rest) = buffer.get_mut(n..).filter(|rest| !rest.is_empty()) {
            match self.reader.read(rest) {
                Ok(0) => break,
                Ok(read) => n += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    return Err(Defect::Inflate { byte: self.position + n as u64, cause: error.to_string() });
                }
            }
            if self.position + n as u64 > self.limit {
                return Err(Defect::Inflated { byte: self.position + n as u64, limit: self.limit });
            }
        }
        self.position += n as u64;
        Ok(n)
    }

    /// Appends up to `n` bytes, or as many as there are. The buffer grows with what is read.
    ///
    /// # Errors
    /// As [`fill`](Self::fill), or no memory.
    pub fn append(&mut self, n: usize, buffer: &mut Vec<u8>) -> Result<(), Defect> {
        let end = buffer.len().saturating_add(n);
        while buffer.len() < end {
            let (start, chunk) = (buffer.len(), (end - buffer.len()).min(buffer.len().max(CHUNK)));
            reserve(buffer, chunk)?;
            buffer.resize(start + chunk, 0);
            let read = self.fill(buffer.get_mut(start..).unwrap_or_default())?;
            buffer.truncate(start + read);
            if read < chunk {
                break;
            }
        }
        Ok(())
    }
}

/// Sorts the files by what they hold: by their first bytes, except that a name ending in `.png` and so on promises an image.
///
/// # Errors
/// A file whose name promises IDX or an image but whose bytes are neither, a damaged IDX header, or no images at all.
pub fn sort(sources: &mut Sources, budget: &mut Budget, notes: &mut Vec<Note>) -> Result<Found, ImportError> {
    let mut entries = std::mem::take(&mut sources.entries);
    entries.retain(|entry| !entry.name.is_hidden());
    entries.sort_by(|a, b| natural_parts(&a.name.parts, &b.name.parts));
    let gzipped: BTreeSet<Vec<String>> = entries.iter().filter_map(|entry| without_gz(&entry.name)).collect();
    let mut found = Found::default();
    let (n_files, mut ignored) = (entries.len(), Vec::new());
    for entry in entries {
        // A file beside its gzipped self, as torchvision leaves them.
        let is_twice = entry.name.promises_idx() && gzipped.contains(&entry.name.parts);
        if entry.name.promises_image() {
            found.images.push(entry);
        } else if is_twice {
            ignored.push((entry.name, Vec::new()));
        } else {
            let head = head(sources, &entry, budget).map_err(|defect| defect.of(&entry.name.shown))?;
            match sniff(&entry.name, &head).map_err(|defect| defect.of(&entry.name.shown))? {
                Kind::Idx(header) => found.idx.push((entry, header)),
                Kind::Image => found.images.push(entry),
                Kind::Other => ignored.push((entry.name, head)),
            }
        }
    }
    if !found.idx.is_empty() {
        ignored.extend(found.images.drain(..).map(|entry| (entry.name, Vec::new())));
    } else if found.images.is_empty() {
        let (first, head) = ignored.first().map(|(name, head)| (name.shown.clone(), quoted(head))).unwrap_or_default();
        return Err(if n_files == 0 {
            ImportError::NoFiles
        } else {
            ImportError::NoImages { n_files, first, found: head }
        });
    }
    if let Some((first, _)) = ignored.first() {
        notes.push(Note::Ignored { n: ignored.len(), first: first.shown.clone() });
    }
    Ok(found)
}

/// The parts of a gzipped file's name, without `.gz`.
fn without_gz(name: &Name) -> Option<Vec<String>> {
    let own = name.own().strip_suffix(".gz")?.to_owned();
    Some(name.folders().iter().cloned().chain([own]).collect())
}

fn natural_parts(a: &[String], b: &[String]) -> std::cmp::Ordering {
    let differing = a.iter().zip(b).map(|(a, b)| natural(a, b)).find(|order| order.is_ne());
    differing.unwrap_or_else(|| a.len().cmp(&b.len()))
}

enum Kind {
    Idx(Header),
    Image,
    Other,
}

/// The first bytes of a file, enough for the header of IDX images.
fn head(sources: &mut Sources, entry: &Entry, budget: &mut Budget) -> Result<Vec<u8>, Defect> {
    let mut head = [0; Header::BYTES];
    let mut stream = sources.open(entry, budget)?;
    let n = stream.fill(&mut head)?;
    drop(stream);
    budget.decode(ENTRY_BYTES as u64)?;
    Ok(head.get(..n).unwrap_or_default().to_vec())
}

fn sniff(name: &Name, head: &[u8]) -> Result<Kind, Defect> {
    if Header::is_idx(head) || name.promises_idx() {
        return Header::parse(head).map(Kind::Idx);
    }
    if ZIP.iter().any(|magic| head.starts_with(magic)) {
        return Err(Defect::Nested);
    }
    Ok(if super::picture::format(head).is_some() { Kind::Image } else { Kind::Other })
}
