//! The pictures of a published page, as PNG files: icons, and the card that link previews show (1200 × 630 pixels). The fonts of the
//! card are in `static/fonts`, so that every machine draws the same.

use super::{Error, Recording, read};
use chart::{Options, Palette, View};
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Tree, fontdb::Database};
use std::fs;
use std::path::Path;
use std::sync::Arc;

const FONTS: [&str; 2] = ["Newsreader-SemiBold.ttf", "Inter-Regular.ttf"];
const CARD_SIZE: (u32, u32) = (1200, 630);
/// The chart's labels are made for a page; on the card everything is larger by this factor.
const ZOOM: f64 = 1.75;
/// The place of the chart on the card: left, top, width, height in pixels.
const CHART: (u32, u32, u32, u32) = (60, 188, 1092, 420);

const STANDFIRST: &str = "Train three networks in your browser and watch the gradients of the first layer.";

/// Icons: name, size, the color of the paper, and the share of the width that the drawing takes. The center of a maskable icon, a
/// circle of 80 % of its width, is never cut off.
const ICONS: [(&str, u32, Option<&str>, f64); 3] = [
    ("icon-192.png", 192, None, 1.0),
    ("icon-512.png", 512, None, 1.0),
    ("icon-maskable-512.png", 512, Some("#ffffff"), 0.6),
];

/// Writes `card.png` and `icons/` into a folder.
///
/// # Errors
/// A font, the icon or the template of `source` cannot be read, or a picture cannot be written.
pub fn write_all(source: &Path, folder: &Path, recording: &Recording) -> Result<(), Error> {
    let mut fonts = Database::new();
    for name in FONTS {
        let path = source.join("static/fonts").join(name);
        fonts.load_font_data(fs::read(&path).map_err(|source| Error::file(&path, source))?);
    }
    let fonts = Arc::new(fonts);
    let title = title(&read(&source.join("index.html"))?)?;
    draw(&card(&title, recording)?, CARD_SIZE, &fonts, &folder.join("card.png"))?;

    let icons = folder.join("icons");
    fs::create_dir_all(&icons).map_err(|source| Error::file(&icons, source))?;
    let favicon = read(&source.join("static/icons/favicon.svg"))?;
    for (name, size, paper, share) in ICONS {
        draw(&icon(&favicon, paper, share), (size, size), &fonts, &icons.join(name))?;
    }
    Ok(())
}

/// The heading of the page.
fn title(template: &str) -> Result<String, Error> {
    let place = "<h1>";
    let inner = template.split_once(place).and_then(|(_, rest)| rest.split_once("</h1>"));
    inner.map(|(title, _)| title.to_owned()).ok_or(Error::Template { file: "index.html", place })
}

/// The favicon's drawing on a square.
fn icon(favicon: &str, paper: Option<&str>, share: f64) -> String {
    let paper = paper.map(|color| format!("<rect width=\"32\" height=\"32\" fill=\"{color}\"/>")).unwrap_or_default();
    let (shift, drawing) = (16.0 * (1.0 - share), favicon.replacen("<svg ", "<svg width=\"32\" height=\"32\" ", 1));
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 32 32\">{paper}\
         <g transform=\"translate({shift} {shift}) scale({share})\">{drawing}</g></svg>"
    )
}

/// The title above the recorded gradients of the first layer.
fn card(title: &str, recording: &Recording) -> Result<String, Error> {
    let key = "gradient-first";
    let figure = chart::find(key).ok_or_else(|| Error::Unplaced { name: format!("figure:{key}") })?;
    let (left, top, width, height) = CHART;
    let size = (f64::from(width) / ZOOM, f64::from(height) / ZOOM);
    let sheet = figure.sheet(recording.of(figure), &View::default(), &Options::default());
    // resvg does not know `system-ui`.
    let drawing = chart::svg::document(&sheet.marks(size), size, Palette::Light, None).replace("system-ui", "Inter");
    let (card_width, card_height) = CARD_SIZE;
    Ok(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {card_width} {card_height}\">\
         <rect width=\"{card_width}\" height=\"{card_height}\" fill=\"#ffffff\"/>\
         <text x=\"60\" y=\"104\" font-family=\"Newsreader\" font-weight=\"600\" font-size=\"76\" letter-spacing=\"-1\" fill=\"#1b1f24\">{title}</text>\
         <text x=\"62\" y=\"154\" font-family=\"Inter\" font-size=\"27\" fill=\"#59626d\">{STANDFIRST}</text>\
         <g transform=\"translate({left} {top}) scale({ZOOM})\">{drawing}</g></svg>"
    ))
}

fn draw(svg: &str, (width, height): (u32, u32), fonts: &Arc<Database>, path: &Path) -> Result<(), Error> {
    let picture = |reason: String| Error::Picture { path: path.to_owned(), reason };
    let options = resvg::usvg::Options { fontdb: fonts.clone(), font_family: "Inter".into(), ..Default::default() };
    let tree = Tree::from_str(svg, &options).map_err(|error| picture(error.to_string()))?;
    let mut pixels = Pixmap::new(width, height).ok_or_else(|| picture("it has no pixels".into()))?;
    let scale = width as f32 / tree.size().width();
    resvg::render(&tree, Transform::from_scale(scale, scale), &mut pixels.as_mut());
    pixels.save_png(path).map_err(|error| picture(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_drawing_of_a_maskable_icon_stays_within_its_safe_circle() {
        let favicon = include_str!("../../../static/icons/favicon.svg");
        let (_, size, paper, share) = ICONS[2];
        let options = resvg::usvg::Options::default();
        let tree = Tree::from_str(&icon(favicon, paper, share), &options).unwrap();
        let mut pixels = Pixmap::new(size, size).unwrap();
        let scale = size as f32 / 32.0;
        resvg::render(&tree, Transform::from_scale(scale, scale), &mut pixels.as_mut());
        let middle = f64::from(size) / 2.0;
        let mut n_drawn = 0;
        for (i, pixel) in pixels.pixels().iter().enumerate().filter(|(_, pixel)| pixel.red() < 128) {
            let (x, y) = (f64::from(i as u32 % size) - middle, f64::from(i as u32 / size) - middle);
            assert!(x.hypot(y) <= 0.4 * f64::from(size), "{x}, {y}: {pixel:?}");
            n_drawn += 1;
        }
        assert!(n_drawn > 1000, "{n_drawn} pixels");
    }
}
