//! Text in PNG files: where an image comes from, as a chunk `iTXt` (PNG specification, third edition, 11.3.3.4).

use super::ExportError;

const SIGNATURE: [u8; 8] = *b"\x89PNG\r\n\x1a\n";
/// The signature, then the chunk `IHDR`: length, type, 13 bytes, checksum.
const HEADER: usize = 8 + 4 + 4 + 13 + 4;
/// The keyword of the text.
const KEYWORD: &str = "Source";

/// Inserts a text after the header of a PNG file.
///
/// # Errors
/// The bytes do not begin with the header of a PNG file.
pub fn png_with_text(png: &[u8], text: &str) -> Result<Vec<u8>, ExportError> {
    let (header, rest) = png.split_at_checked(HEADER).ok_or(ExportError::Png)?;
    if !header.starts_with(&SIGNATURE) || header.get(12..16) != Some(b"IHDR") {
        return Err(ExportError::Png);
    }
    // Type, keyword, no compression, no language, no translated keyword, text.
    let chunk = [b"iTXt", KEYWORD.as_bytes(), &[0, 0, 0, 0, 0], text.as_bytes()].concat();
    let length = u32::try_from(chunk.len() - 4).map_err(|_| ExportError::Png)?;
    let mut crc = flate2::Crc::new();
    crc.update(&chunk);
    Ok([header, &length.to_be_bytes(), &chunk, &crc.sum().to_be_bytes(), rest].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn image() -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, 2, 1);
        encoder.set_color(png::ColorType::Grayscale);
        encoder.write_header().unwrap().write_image_data(&[7, 9]).unwrap();
        bytes
    }

    #[test]
    fn another_reader_finds_the_text_and_the_same_image() {
        let text = "β = 1\nSettings: ?seed=1";
        let bytes = png_with_text(&image(), text).unwrap();
        let mut reader = png::Decoder::new(std::io::Cursor::new(&bytes)).read_info().unwrap();
        let found = &reader.info().utf8_text[0];
        assert_eq!((found.keyword.as_str(), found.get_text().unwrap()), ("Source", text.to_owned()));
        let mut pixels = [0; 2];
        reader.next_frame(&mut pixels).unwrap();
        assert_eq!(pixels, [7, 9]);
    }

    #[test]
    fn what_is_no_png_is_refused() {
        let image = image();
        assert!((0..HEADER).all(|end| png_with_text(&image[..end], "").is_err()));
        assert_eq!(png_with_text(&[0; 99], "").unwrap_err().to_string(), "the image is no PNG file");
    }
}
