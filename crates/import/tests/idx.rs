//! Data sets of IDX files.

#[allow(dead_code, reason = "the tests share it")]
mod files;

use files::{file, four, gzip, idx, images, labels, notes, read, sentence, zip};
use import::{File, Imported};
use lab::data::Split;

fn loose(four: Vec<(&str, Vec<u8>)>) -> Vec<File> {
    four.into_iter().map(|(name, bytes)| file(name, bytes)).collect()
}

/// A trainer takes what is imported.
fn check(imported: &Imported) {
    let split = Split::from_idx(imported.idx.each_ref().map(Vec::as_slice)).unwrap();
    assert_eq!([split.train.len(), split.held_out.len()], [imported.n_train, imported.n_held_out]);
    assert_eq!((split.n_inputs(), split.n_classes()), (imported.rows * imported.cols, imported.classes.len()));
}

#[test]
fn mnists_files_are_taken_as_they_are() {
    let expected: [Vec<u8>; 4] = four(10).into_iter().map(|(_, bytes)| bytes).collect::<Vec<_>>().try_into().unwrap();
    let gzipped = loose(four(10).into_iter().map(|(name, bytes)| (name, gzip(&bytes))).rev().collect());
    let named = four(10).into_iter().map(|(name, bytes)| (format!("MNIST/raw/{name}.gz"), gzip(&bytes)));
    let named: Vec<(String, Vec<u8>)> = named.collect();
    let zipped = zip(&named.iter().map(|(name, bytes)| (name.as_str(), &bytes[..])).collect::<Vec<_>>());
    for (files, name) in [
        (loose(four(10)), "train-images-idx3-ubyte"),
        (gzipped, "train-images-idx3-ubyte"),
        (vec![file("digits.zip", zipped)], "raw"),
    ] {
        let imported = read(files).unwrap();
        check(&imported);
        assert_eq!(imported.idx, expected);
        assert_eq!((notes(&imported), imported.identity.name.as_str()), (vec![], name));
        let digits: Vec<String> = (0..10).map(|digit| digit.to_string()).collect();
        assert_eq!(imported.classes, digits);
        let mut crc = flate2::Crc::new();
        crc.update(&expected.concat());
        assert_eq!(imported.identity.crc32, crc.sum());
    }
}

#[test]
fn a_file_beside_its_gzipped_self_is_ignored_and_so_are_texts() {
    let mut files = loose(four(3));
    files.extend(four(3).into_iter().map(|(name, bytes)| file(&format!("{name}.gz"), gzip(&bytes))));
    files.extend([file("README.md", b"# Digits".to_vec()), file(".DS_Store", vec![1]), file("__MACOSX/a.png", vec![])]);
    files.push(file("preview.png", files::png(9)));
    let imported = read(files).unwrap();
    assert_eq!(notes(&imported), ["6 files are not used, the first is README.md"]);
    assert_eq!(imported.idx[0], four(3)[0].1);
}

#[test]
fn one_pair_gives_a_tenth_away() {
    let of: Vec<u8> = (0..100).map(|i| i % 2).collect();
    let files = || vec![file("b", labels(&of)), file("a", images(100, 28, |i, _| i as u8))];
    let imported = read(files()).unwrap();
    check(&imported);
    let held_out: Vec<u8> = imported.idx[2][16..].chunks(784).map(|image| image[0]).collect();
    assert_eq!(held_out, [18, 19, 38, 39, 58, 59, 78, 79, 98, 99]);
    assert_eq!(imported.idx[3][8..], [0, 1].repeat(5));
    assert_eq!(
        notes(&imported),
        [
            "there is no held-out set, so a tenth of each class is held out: 10 of 100 images, evenly spaced in their order"
        ]
    );
    assert_eq!(read(files()).unwrap().identity, imported.identity);
}

#[test]
fn emnists_letters_start_at_0_and_stand_upright() {
    let of = |n: u8| (0..n).map(|i| i % 26 + 1).collect::<Vec<u8>>();
    let files = ["train", "test"].into_iter().flat_map(|part| {
        [
            file(
                &format!("emnist-letters-{part}-images-idx3-ubyte.gz"),
                gzip(&images(52, 28, |i, j| (i + j % 28) as u8)),
            ),
            file(&format!("emnist-letters-{part}-labels-idx1-ubyte.gz"), gzip(&labels(&of(52)))),
        ]
    });
    let imported = read(files.collect()).unwrap();
    check(&imported);
    assert_eq!(imported.classes.concat(), "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
    assert_eq!(imported.idx[1][8..12], [0, 1, 2, 3]);
    assert_eq!(imported.idx[0][16 + 784..16 + 784 + 30], [[1; 28].as_slice(), &[2; 2]].concat());
    assert_eq!(
        notes(&imported),
        [
            "the 26 labels from 1 to 26 are renumbered from 0 to 25",
            "rows and columns are exchanged, because EMNIST stores images by column"
        ]
    );
    assert_eq!(imported.identity.name, "emnist-letters");
}

#[test]
fn images_of_another_size_are_resampled_and_dark_ink_is_inverted() {
    let of = |n: usize| labels(&(0..n).map(|i| (i % 2) as u8).collect::<Vec<_>>());
    // Paper of 255 with ink of 55 in the first row.
    let paper = |_, j| if j < 56 { 55 } else { 255 };
    let files = vec![
        file("train/images.idx", images(20, 56, paper)),
        file("train/labels.idx", of(20)),
        file("test/images.idx", images(10, 56, paper)),
        file("test/labels.idx", of(10)),
    ];
    let imported = read(files).unwrap();
    check(&imported);
    assert_eq!(
        notes(&imported),
        [
            "30 images of 56 × 56 pixels are resampled to 28 × 28",
            "the images are dark on light and are inverted, because MNIST is light on dark"
        ]
    );
    assert_eq!(imported.idx[2][16..16 + 784], [[100; 28].as_slice(), &[0; 756]].concat());
}

#[test]
fn a_set_that_is_too_large_is_thinned() {
    let of: Vec<u8> = (0..2_000).map(|i| (i % 62) as u8).collect();
    let files = vec![file("images", images(2_000, 28, |i, _| (i / 16) as u8)), file("labels", labels(&of))];
    let limits = import::Limits { max_images: 1_000, ..import::Limits::default() };
    let imported = import::read(files, &limits).unwrap();
    check(&imported);
    assert!(imported.n_train + imported.n_held_out <= 1_000, "{}", imported.n_train);
    assert_eq!(imported.classes.len(), 62);
    assert_eq!(
        notes(&imported)[0],
        "930 of 2000 images are used: the same share of each class, evenly spaced in their order"
    );
}

#[test]
fn damaged_files_are_named_with_the_byte_and_what_is_wrong() {
    let with = |i: usize, bytes: Vec<u8>| {
        let mut four = four(10);
        four[i].1 = bytes;
        sentence(loose(four))
    };
    let all = four(10);
    let name = "train-images-idx3-ubyte";
    let huge = idx(0x803, &[60_000, 28, 28], &[0; 100]);
    assert_eq!(
        with(0, huge),
        "train-labels-idx1-ubyte: byte 4: the header promises 30 labels, but train-images-idx3-ubyte holds 60000 images"
    );
    let mut short = all[0].1.clone();
    short.truncate(16 + 100);
    assert_eq!(
        with(0, short),
        format!("{name}: byte 4: the header promises 30 × 28 × 28 bytes of data, but 100 follow it")
    );
    let longer = [&all[0].1[..], &[0]].concat();
    assert_eq!(
        with(0, longer),
        format!("{name}: byte 4: the header promises 30 × 28 × 28 bytes of data, but more follow it")
    );
    assert_eq!(
        with(0, b"<html>404</html>".to_vec()),
        format!(
            "{name}: byte 0: found 0x3c68746d (“<htm”), but expected 0x00000803 for IDX images or 0x00000801 for IDX labels"
        )
    );
    assert_eq!(
        with(0, all[0].1[..10].to_vec()),
        format!("{name}: byte 10: the file ends, but the header of IDX images has 16 bytes")
    );
    assert_eq!(with(0, vec![]), format!("{name}: byte 0: the file ends, but the header of IDX files has 8 bytes"));
    assert_eq!(
        with(0, idx(0x803, &[30, 0, 28], &[])),
        format!("{name}: byte 8: the header promises 0 rows, but at least 1 was expected")
    );
    assert_eq!(
        with(0, idx(0x803, &[30, 70_000, 70_000], &[0; 100])),
        format!(
            "{name}: byte 8: the header promises images of 70000 × 70000 pixels, but at most 16384 × 16384 are read"
        )
    );
    assert_eq!(
        with(0, idx(0x803, &[30, 16_000, 16_000], &[0; 100])),
        format!("{name}: byte 4: the header promises 30 × 16000 × 16000 bytes of data, but at most 671088640 are read")
    );
    let mut gzipped = gzip(&all[0].1);
    gzipped.truncate(gzipped.len() / 2);
    let sentence = with(0, gzipped);
    assert!(
        sentence.starts_with(&format!("{name}: byte ")) && sentence.contains(" of the inflated data: "),
        "{sentence}"
    );
    let mut of = all[1].1.clone();
    of[8 + 7] = 99;
    assert_eq!(with(1, of), "train-labels-idx1-ubyte: byte 15: found label 99, but labels go from 0 to 62");
}

#[test]
fn files_that_do_not_belong_together_get_a_sentence() {
    let mut three = four(10);
    three.remove(1);
    assert_eq!(
        sentence(loose(three)),
        "train-images-idx3-ubyte: holds IDX training images, but there is no IDX file of training labels that belongs to it"
    );
    let twice = vec![file("a", labels(&[0, 1])), file("b", labels(&[0, 1])), file("c", images(2, 28, |_, _| 0))];
    assert_eq!(
        sentence(twice),
        "a and b both hold training labels; names with “train” and “test” tell training and held-out files apart"
    );
    let sets = ["letters", "digits"]
        .into_iter()
        .flat_map(|set| four(10).into_iter().map(move |(name, bytes)| file(&format!("emnist-{set}-{name}"), bytes)));
    assert_eq!(sentence(sets.collect()), "there are 2 data sets, emnist-digits, emnist-letters; only one can be read");
    let two = four(10)
        .into_iter()
        .flat_map(|(name, bytes)| [file(&format!("kmnist-{name}"), bytes.clone()), file(name, bytes)]);
    assert_eq!(sentence(two.collect()), "there are 2 data sets, train-images-idx3-ubyte, kmnist; only one can be read");
    assert_eq!(sentence(vec![]), "there are no files");
    assert_eq!(
        sentence(vec![file("a.txt", b"hello".to_vec())]),
        "the file holds no images; a.txt begins with 0x68656c6c (“hell”), but IDX files were expected, or PNG, JPEG, GIF or \
         BMP images in a folder for each class, or a zip of them"
    );
    let two = sentence(vec![file("a.txt", b"hello".to_vec()), file("b.txt", b"hello".to_vec())]);
    assert!(two.starts_with("none of the 2 files holds images; a.txt begins with"), "{two}");
}
