//! Decodes PNG, JPEG, GIF (its first frame) and BMP, after a look at the size that the file declares.

use super::budget::Budget;
use super::canvas::{Canvas, Pixel};
use super::error::{Defect, quoted};
use image::metadata::Orientation;
use image::{DynamicImage, GenericImageView, ImageDecoder, ImageFormat, ImageReader, Rgba};
use std::io::Cursor;

/// The format of an image by its first bytes, if it is one that is read.
pub fn format(head: &[u8]) -> Option<ImageFormat> {
    use ImageFormat::{Bmp, Gif, Jpeg, Png};
    image::guess_format(head).ok().filter(|format| matches!(format, Png | Jpeg | Gif | Bmp))
}

/// The format of an image by its first bytes.
///
/// # Errors
/// It is not one that is read.
pub fn expect_format(head: &[u8]) -> Result<ImageFormat, Defect> {
    let other = || Defect::Content { found: quoted(head), expected: "a PNG, JPEG, GIF or BMP image".to_owned() };
    format(head).ok_or_else(other)
}

/// Decodes an image and draws it. Returns its size, `[width, height]`, as well.
///
/// # Errors
/// Another format, damaged data, or an image beyond the limits.
pub fn decode(bytes: &[u8], budget: &mut Budget) -> Result<(Canvas, [u32; 2]), Defect> {
    let format = expect_format(bytes)?;
    let name = format.extensions_str().first().copied().unwrap_or_default().to_uppercase();
    let damaged = |error: image::ImageError| Defect::Decode { format: name.clone(), cause: error.to_string() };
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut limits = image::Limits::no_limits();
    limits.max_alloc = Some(budget.limits.max_image_bytes);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(damaged)?;
    // Twice as much again for the coefficients of a progressive JPEG, or for turning the image.
    let held = check(decoder.dimensions(), decoder.total_bytes(), budget)?.saturating_mul(3);
    budget.hold(held)?;
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let image = DynamicImage::from_decoder(decoder).map_err(damaged);
    let drawn = image.map(|mut image| {
        image.apply_orientation(orientation);
        draw(&image)
    });
    budget.release(held);
    drawn
}

/// The bytes of the decoded image, if the limits allow them.
fn check((width, height): (u32, u32), bytes: u64, budget: &mut Budget) -> Result<usize, Defect> {
    let limits = budget.limits;
    if !(1..=limits.max_side).contains(&width) || !(1..=limits.max_side).contains(&height) {
        return Err(Defect::Side { width, height, limit: limits.max_side });
    }
    let limit = limits.max_image_bytes;
    let fitting = usize::try_from(bytes).ok().filter(|_| bytes <= limit);
    budget.decode(bytes)?;
    fitting.ok_or(Defect::ImageBytes { bytes, limit })
}

fn draw(image: &DynamicImage) -> (Canvas, [u32; 2]) {
    let (width, height) = image.dimensions();
    let pixels = image.pixels().map(|(_, _, pixel)| gray(pixel));
    (Canvas::new([width as usize, height as usize], pixels), [width, height])
}

/// Luma of ITU-R BT.709, rounded, times opacity.
fn gray(Rgba([r, g, b, a]): Rgba<u8>) -> Pixel {
    let luma = (2126 * u32::from(r) + 7152 * u32::from(g) + 722 * u32::from(b) + 5000) / 10_000;
    let light = (luma * u32::from(a) + 127) / 255;
    [u8::try_from(light).unwrap_or(u8::MAX), a]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gray_is_luma_over_paper() {
        for v in 0..=255 {
            assert_eq!(gray(Rgba([v, v, v, 255])), [v, 255]);
        }
        // 0.2126, 0.7152 and 0.0722 of 255.
        let light = |rgb: [u8; 3]| gray(Rgba([rgb[0], rgb[1], rgb[2], 255]))[0];
        assert_eq!([light([255, 0, 0]), light([0, 255, 0]), light([0, 0, 255])], [54, 182, 18]);
        assert_eq!(gray(Rgba([200, 200, 200, 0])), [0, 0]);
        assert_eq!(gray(Rgba([200, 200, 200, 51])), [40, 51]);
    }
}
