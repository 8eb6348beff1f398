//! Images in a folder for each class, perhaps below a training and a held-out folder. Folders that all images share are ignored.

use super::budget::Budget;
use super::classes;
use super::error::{Defect, ImportError};
use super::name::{Role, natural, role};
use super::note::Note;
use super::picture;
use super::plan::{Plan, interleaved};
use super::set::{Read, Sizes};
use super::source::{Entry, Sources};

/// Bytes that tell the format of an image.
const HEAD: usize = 16;
/// Folders that are looked at in a path.
const MAX_DEPTH: usize = 64;

/// An image and the name of its class.
type Example = (Entry, String);

/// Reads the data set that the images are, in an order in which the classes alternate.
///
/// # Errors
/// Images without folders, less than 2 or too many classes, or an image that is damaged or too large.
pub fn read(
    sources: &mut Sources,
    images: Vec<Entry>,
    budget: &mut Budget,
    notes: &mut Vec<Note>,
) -> Result<Read, ImportError> {
    let (name, groups) = group(images, notes)?;
    let mut classes: Vec<String> = groups.iter().flatten().map(|(_, class)| class.clone()).collect();
    classes.sort_by(|a, b| natural(a, b));
    classes.dedup();
    classes::check(&classes)?;
    let label = |class: &str| classes.binary_search_by(|other| natural(other, class)).unwrap_or_default() as u8;
    let labels: Vec<Vec<u8>> =
        groups.iter().map(|group| group.iter().map(|(_, class)| label(class)).collect()).collect();
    let plan = Plan::new(&labels, classes.len(), budget.limits.max_images, notes)?;
    let mut sets = plan.sets(budget).map_err(|defect| defect.of(&name))?;
    let mut sizes = Sizes::default();
    for ((group, labels), parts) in groups.iter().zip(&labels).zip(&plan.parts) {
        for i in interleaved(labels, classes.len()) {
            let (Some((entry, _)), Some(&label), Some(&Some(part))) = (group.get(i), labels.get(i), parts.get(i))
            else {
                continue;
            };
            let mut push = || {
                let (canvas, size) = decode(sources, entry, budget)?;
                sizes.add(size, 1);
                part.of(&mut sets).push(&canvas, label, budget)
            };
            push().map_err(|defect: Defect| defect.of(&entry.name.shown))?;
        }
    }
    Ok(Read { name, classes, sets, sizes })
}

/// Reads and draws one image.
fn decode(
    sources: &mut Sources,
    entry: &Entry,
    budget: &mut Budget,
) -> Result<(super::canvas::Canvas, [u32; 2]), Defect> {
    let mut stream = sources.open(entry, budget)?.limited(budget.limits.max_image_bytes);
    let mut bytes = Vec::new();
    stream.append(HEAD, &mut bytes)?;
    picture::expect_format(&bytes)?;
    // One more than fits, so that a larger file is noticed.
    stream.append(budget.free().saturating_add(1), &mut bytes)?;
    let position = stream.position();
    drop(stream);
    budget.decode(position)?;
    budget.hold(bytes.len())?;
    let decoded = picture::decode(&bytes, budget);
    budget.release(bytes.len());
    decoded
}

/// The name of the data set, and its images as one group or as a training and a held-out group.
fn group(images: Vec<Entry>, notes: &mut Vec<Note>) -> Result<(String, Vec<Vec<Example>>), ImportError> {
    let depth = n_shared(&images);
    let is_split = {
        let roles: Vec<Option<Role>> =
            in_folders(&images, depth).map(|folders| folders.first().and_then(|f| role(f))).collect();
        roles.contains(&Some(Role::Train)) && roles.contains(&Some(Role::HeldOut)) && !roles.contains(&None)
    };
    let name = images.first().and_then(|image| image.name.folders().get(..depth)?.first().cloned());
    let (mut train, mut held_out, mut loose) = (Vec::new(), Vec::new(), Vec::new());
    for image in images {
        let folders = image.name.folders();
        let class = folders.get(depth + usize::from(is_split)).cloned();
        let is_held_out = is_split && folders.get(depth).and_then(|folder| role(folder)) == Some(Role::HeldOut);
        match class {
            None => loose.push(image.name.shown),
            Some(class) if is_held_out => held_out.push((image, class)),
            Some(class) => train.push((image, class)),
        }
    }
    match loose.first() {
        Some(first) if train.is_empty() && held_out.is_empty() => {
            return Err(ImportError::NoFolder { file: first.clone() });
        }
        Some(first) => notes.push(Note::NoFolder { n: loose.len(), first: first.clone() }),
        None => {}
    }
    let groups = [train, held_out].into_iter().filter(|group| !group.is_empty()).collect();
    Ok((name.unwrap_or_else(|| "images".to_owned()), groups))
}

/// The folders below the first `depth`, of images that have some.
fn in_folders(images: &[Entry], depth: usize) -> impl Iterator<Item = &[String]> {
    images.iter().filter_map(move |image| image.name.folders().get(depth..)).filter(|folders| !folders.is_empty())
}

/// The number of folders that all images share and below which there are others.
fn n_shared(images: &[Entry]) -> usize {
    let is_shared = |depth: &usize| {
        let first = in_folders(images, *depth).next().and_then(|folders| folders.first());
        let is_same = in_folders(images, *depth).all(|folders| folders.first() == first);
        is_same && in_folders(images, depth + 1).next().is_some()
    };
    (0..MAX_DEPTH).take_while(is_shared).count()
}
