//! Data sets of images in folders and zips.

#[allow(dead_code, reason = "the tests share it")]
mod files;

use files::{encoded, file, gray, notes, png, read, sentence, zip};
use image::{ExtendedColorType, ImageFormat};
use import::{File, Limits};
use lab::data::Split;

/// `n` images in each of these folders; those of folder `k` have 100·(k + 1) white pixels.
fn folders(folders: &[&str], n: usize) -> Vec<File> {
    let of =
        |(k, folder): (usize, &&str)| (0..n).map(|i| file(&format!("{folder}/{i}.png"), png(100 * (k + 1)))).collect();
    folders.iter().enumerate().flat_map(|(k, folder)| -> Vec<File> { of((k, folder)) }).collect()
}

fn zipped(files: &[File]) -> Vec<u8> {
    zip(&files.iter().map(|file| (file.name.as_str(), &file.bytes[..])).collect::<Vec<_>>())
}

#[test]
fn folders_are_classes_in_natural_order() {
    let mut files = folders(&["pets/10", "pets/9", "pets/b", "pets/A"], 20);
    files.extend([
        file("pets/LICENSE", b"text".to_vec()),
        file("pets/A/Thumbs.db", vec![1, 2, 3]),
        file("pets/A/.DS_Store", vec![0]),
        file("__MACOSX/pets/A/._1.png", vec![0]),
        file("pets/sheet.png", png(1)),
    ]);
    for files in [vec![file("pets.zip", zipped(&files))], files] {
        let imported = read(files).unwrap();
        assert_eq!(imported.classes, ["9", "10", "A", "b"]);
        assert_eq!((imported.n_train, imported.n_held_out, imported.identity.name.as_str()), (72, 8, "pets"));
        let first: Vec<usize> = imported.idx[0][16..]
            .chunks(784)
            .take(4)
            .map(|image| image.iter().filter(|&&v| v == 255).count())
            .collect();
        assert_eq!((first, &imported.idx[1][8..12]), (vec![200, 100, 400, 300], &[0, 1, 2, 3][..]));
        assert_eq!(imported.idx[3][8..], [0, 1, 2, 3, 0, 1, 2, 3]);
        let found = notes(&imported);
        assert_eq!(found.len(), 3, "{found:?}");
        assert!(found[0].starts_with("2 files are not used, the first is "), "{found:?}");
        assert!(found[1].starts_with("1 image is in no class folder and is not used: "), "{found:?}");
        Split::from_idx(imported.idx.each_ref().map(Vec::as_slice)).unwrap();
    }
}

#[test]
fn training_and_test_folders_are_kept_apart() {
    let files = folders(&["x/train/cat", "x/train/dog", "x/Test/cat", "x/Test/dog", "x/validation/dog"], 3);
    let imported = read(vec![file("x.zip", zipped(&files))]).unwrap();
    assert_eq!((imported.n_train, imported.n_held_out, notes(&imported)), (6, 9, vec![]));
    assert_eq!(imported.classes, ["cat", "dog"]);
    let two = [zipped(&folders(&["cat", "dog"], 2)), zipped(&folders(&["cat", "emu"], 2))];
    let [train, test] = two;
    let imported = read(vec![file("train.zip", train), file("test.zip", test)]).unwrap();
    assert_eq!((imported.n_train, imported.n_held_out), (4, 4));
    assert_eq!(notes(&imported), ["class emu has held-out images but none to train on"]);
}

#[test]
fn all_formats_are_read_whatever_they_are_called() {
    let pixels: Vec<u8> = (0..32 * 32).map(|i| if i % 32 < 8 { 250 } else { 0 }).collect();
    let mut files = Vec::new();
    for (k, format) in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::Bmp].into_iter().enumerate() {
        files.push(file(&format!("{}/{k}.png", k % 2), gray(format, [32, 32], &pixels)));
        files.push(file(&format!("{}/same{k}", k % 2), gray(format, [32, 32], &pixels)));
    }
    let rgba: Vec<u8> = pixels.iter().flat_map(|&v| [v, v, v, 255]).collect();
    files.push(file("1/a.jpg", encoded(ImageFormat::Gif, [32, 32], &rgba, ExtendedColorType::Rgba8)));
    let imported = read(files).unwrap();
    assert_eq!(imported.n_train + imported.n_held_out, 7);
    assert_eq!(notes(&imported)[1], "7 images of 32 × 32 pixels are resampled to 28 × 28");
    for image in imported.idx[0][16..].chunks(784).chain(imported.idx[2][16..].chunks(784)) {
        // The first 7 of 28 columns; JPEG blurs a little.
        let is_near = |i: usize| image[i].abs_diff(if i % 28 < 7 { 250 } else { 0 }) < 20;
        assert!((0..784).all(is_near), "{image:?}");
    }
}

/// A JPEG that is to be turned by a quarter (EXIF orientation 6), and gray of 16 bits.
#[test]
fn images_stand_upright_and_have_8_bits() {
    let pixels: Vec<u8> = (0..56 * 28).map(|i| if i % 56 < 28 { 240 } else { 0 }).collect();
    let jpeg = gray(ImageFormat::Jpeg, [56, 28], &pixels);
    let exif = b"\xff\xe1\0\x22Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0";
    let turned = [&jpeg[..2], exif, &jpeg[2..]].concat();
    let deep: Vec<u8> = (0..784u16).flat_map(|i| (if i < 392 { 240 * 257u16 } else { 0 }).to_ne_bytes()).collect();
    let deep = encoded(ImageFormat::Png, [28, 28], &deep, ExtendedColorType::L16);
    let files = ["a/1", "a/2", "b/1", "b/2"]
        .map(|name| file(name, if name.starts_with('a') { turned.clone() } else { deep.clone() }));
    let imported = read(files.to_vec()).unwrap();
    let mut images = imported.idx[0][16..].chunks(784);
    // 28 × 56 pixels become 14 × 28; the left half is the upper half now.
    let turned = images.next().unwrap();
    let is_ink = |i: usize| i / 28 < 14 && (7..21).contains(&(i % 28));
    assert!((0..784).all(|i| turned[i].abs_diff(if is_ink(i) { 240 } else { 0 }) < 20), "{turned:?}");
    assert_eq!(images.next().unwrap(), [[240; 392], [0; 392]].concat());
}

#[test]
fn transparent_pixels_are_paper() {
    // Ink in the upper half; the lower half is transparent white.
    let drawing = |ink: u8| {
        let pixels: Vec<u8> =
            (0..784).flat_map(|i| if i < 280 { [ink, ink, ink, 255] } else { [255, 255, 255, 0] }).collect();
        encoded(ImageFormat::Png, [28, 28], &pixels, ExtendedColorType::Rgba8)
    };
    let of = |ink: u8| read((0..4).map(|i| file(&format!("{}/{i}.png", i % 2), drawing(ink))).collect()).unwrap();
    let (light, dark) = (of(255), of(0));
    assert_eq!(light.idx, dark.idx);
    assert_eq!(light.idx[0][16..16 + 784], [[255; 280].as_slice(), &[0; 504]].concat());
    let inverted = "the images are dark on transparent paper and are inverted, because MNIST is light on dark";
    assert_eq!((notes(&light).len(), notes(&dark)[1].as_str()), (1, inverted));
}

#[test]
fn margins_stay_paper_when_dark_ink_is_inverted() {
    let pixels: Vec<u8> = (0..28 * 14).map(|i| if i % 28 == 0 { 0 } else { 255 }).collect();
    let wide = gray(ImageFormat::Png, [28, 14], &pixels);
    let imported = read((0..4).map(|i| file(&format!("{}/{i}.png", i % 2), wide.clone())).collect()).unwrap();
    let image = &imported.idx[0][16..16 + 784];
    assert!((0..784).all(|i| (image[i] == 255) == ((7..21).contains(&(i / 28)) && i % 28 == 0)), "{image:?}");
}

#[test]
fn tricks_with_paths_and_names_are_harmless() {
    let names = ["../../a/1.png", "/a/2.png", "a\\3.png", "a/./4.png", "C:\\b\\1.png", "b/../b/2.png", "b/3.png"];
    let pictures: Vec<(&str, Vec<u8>)> = names.iter().map(|name| (*name, png(50))).collect();
    let bytes = zip(&pictures.iter().map(|(name, bytes)| (*name, &bytes[..])).collect::<Vec<_>>());
    let imported = read(vec![file("x.zip", bytes)]);
    // `b/../b` is a class `b` with a folder `b` in it.
    assert_eq!(imported.unwrap().classes, ["a", "b"]);
    let twice = [folders(&["a", "b"], 2), folders(&["a", "b"], 2)].concat();
    let imported = read(twice).unwrap();
    assert_eq!(imported.n_train + imported.n_held_out, 8);
}

#[test]
fn what_is_wrong_with_images_is_said() {
    let with = |name: &str, bytes: Vec<u8>| {
        let mut files = folders(&["a", "b"], 2);
        files.push(file(name, bytes));
        sentence(vec![file("x.zip", zipped(&files))])
    };
    assert_eq!(
        with("a/x.webp", b"RIFF....WEBP".to_vec()),
        "x.zip: a/x.webp: byte 0: found 0x52494646 (“RIFF”), but expected a PNG, JPEG, GIF or BMP image"
    );
    assert_eq!(with("a/y.zip", zip(&[("z", b"")])), "x.zip: a/y.zip: a zip inside a zip is not read; unpack it first");
    let mut half = png(300);
    half.truncate(half.len() / 2);
    let damaged = with("b/9.png", half);
    assert!(damaged.starts_with("x.zip: b/9.png: this PNG image cannot be decoded: "), "{damaged}");
    let wide = gray(ImageFormat::Png, [20_000, 1], &[0; 20_000]);
    assert_eq!(
        with("b/9.png", wide),
        "x.zip: b/9.png: the image has 20000 × 1 pixels, but at most 16384 × 16384 are read"
    );
    assert_eq!(sentence(folders(&["a"], 3)), "all images are of one class, a, but at least 2 are needed");
    assert_eq!(
        sentence(vec![file("1.png", png(1))]),
        "1.png: is in no folder, but images must be in a folder for each class"
    );
    assert_eq!(sentence(folders(&["a", "b"], 1)), "no class has more than one image, so none can be held out");
    let many: Vec<String> = (0..63).map(|i| format!("c{i}")).collect();
    let many = folders(&many.iter().map(String::as_str).collect::<Vec<_>>(), 1);
    assert_eq!(sentence(many), "there are 63 classes, but at most 62 are read; c0 and c62 are two of them");
    // Bit 0 of the flags, in the header and in the directory, is encryption.
    let mut encrypted = zipped(&folders(&["a", "b"], 2));
    let directory = encrypted.windows(4).position(|window| window == b"PK\x01\x02").unwrap();
    encrypted[6] |= 1;
    encrypted[directory + 8] |= 1;
    assert_eq!(
        sentence(vec![file("x.zip", encrypted)]),
        "x.zip: a/0.png: byte 0: this file of the zip cannot be read: unsupported Zip archive: Password required to decrypt file"
    );
    let mut broken = zipped(&folders(&["a", "b"], 2));
    broken.truncate(broken.len() - 30);
    assert!(sentence(vec![file("x.zip", broken)]).starts_with("x.zip: this is no readable zip: "));
}

#[test]
fn the_limits_hold() {
    let files = || folders(&["a", "b"], 20);
    let with = |limits: Limits| import::read(files(), &limits).unwrap_err().to_string();
    let total: usize = files().iter().map(|file| file.bytes.len()).sum();
    let max_bytes = total - 1;
    assert_eq!(
        with(Limits { max_bytes, ..Limits::default() }),
        format!("the files have {total} bytes together, but at most {max_bytes} are read")
    );
    let max_bytes = total + 20_000;
    assert_eq!(
        with(Limits { max_bytes, ..Limits::default() }),
        format!("images: more than {max_bytes} bytes of memory would be needed at the same time")
    );
    assert_eq!(with(Limits { max_files: 39, ..Limits::default() }), "there are 40 files, but at most 39 are read");
    assert_eq!(
        with(Limits { max_image_bytes: 783, ..Limits::default() }),
        "a/0.png: the image needs 784 bytes when decoded, but at most 783 are read"
    );
    let sentence = with(Limits { max_decoded: 10_000, ..Limits::default() });
    assert!(sentence.ends_with(".png: all files together are larger than 10000 bytes when inflated and decoded"));
}
