//! The figures of the recorded run as SVG files, each right in light and in dark.
//!
//! An image cannot see the page's style sheet, so each file carries its own. A figure is drawn twice, once for
//! each theme; the drawings differ in their colours alone, and every pair of colours becomes one CSS variable.
//! Backends have whole pixels: drawing at four times the size keeps curves smooth.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::Path;

use plotters::prelude::{IntoDrawingArea, SVGBackend};

use super::figures::Plate;
use super::{Error, Recording, escape, write};
use chart::{Figure, Scale, Table, Theme};

/// Pixels of the backend for each CSS pixel.
const PIXELS: u32 = 4;

/// Every figure as the article can place it, with what the reader sees before choosing anything.
pub fn plates(recording: &Recording) -> Vec<Plate> {
    let plate = |figure: Figure| Plate {
        name: figure.key(),
        title: figure.title(),
        caption: figure.caption(),
        is_measured: !figure.is_curve(),
        width: figure.width().key(),
        summary: figure.describe(&recording.experiment, &figure.choice()),
        table: table(&figure.table(&recording.experiment, &figure.choice())),
        wide: figure.size(false),
        narrow: figure.size(true),
    };
    Figure::ALL.map(plate).into()
}

/// Writes `sigmoid.svg`, `sigmoid-narrow.svg` and so on into a folder.
pub fn write_all(recording: &Recording, folder: &Path) -> Result<(), Error> {
    fs::create_dir_all(folder).map_err(|source| Error::file(folder, source))?;
    for figure in Figure::ALL {
        for (is_narrow, suffix) in [(false, ""), (true, "-narrow")] {
            let svg = draw(recording, figure, figure.size(is_narrow))?;
            write(&folder.join(format!("{}{suffix}.svg", figure.key())), &svg)?;
        }
    }
    Ok(())
}

/// One figure of `size` CSS pixels.
fn draw(recording: &Recording, figure: Figure, size: (u32, u32)) -> Result<String, Error> {
    let failed = |sentence: String| Error::Drawing { name: figure.key(), sentence };
    let in_theme = |theme| {
        let mut svg = String::new();
        let area = SVGBackend::with_string(&mut svg, (PIXELS * size.0, PIXELS * size.1)).into_drawing_area();
        let scale = Scale::svg(f64::from(PIXELS));
        figure
            .draw(&area, &recording.experiment, &figure.choice(), theme, scale)
            .and_then(|()| area.present())
            .map_err(|error| failed(error.to_string()))?;
        drop(area);
        Ok(svg)
    };
    let (light, dark) = (in_theme(&Theme::LIGHT)?, in_theme(&Theme::DARK)?);
    both(&light, &dark, size).ok_or_else(|| failed("its light and its dark drawing differ in more than colour".into()))
}

/// Two drawings that differ in their colours as one that has both; none if they differ in anything else.
fn both(light: &str, dark: &str, (width, height): (u32, u32)) -> Option<String> {
    let mut variables = BTreeMap::new();
    let mut lights = light.split("\"#");
    let mut darks = dark.split("\"#");
    let root = lights.next().filter(|root| darks.next() == Some(*root))?;
    let mut body = String::new();
    for (light, dark) in lights.by_ref().zip(darks.by_ref()) {
        let ((light, rest), (dark, same)) = (light.split_once('"')?, dark.split_once('"')?);
        if rest != same {
            return None;
        }
        let number = variables.len();
        let number = *variables.entry((light, dark)).or_insert(number);
        write!(body, "\"var(--c{number})\"{rest}").ok()?;
    }
    if lights.next().is_some() || darks.next().is_some() {
        return None;
    }
    let (_, first) = root.split_once(">\n")?;
    let list = |pick: fn(&(&str, &str)) -> String| -> String {
        variables.iter().map(|(colours, number)| format!("--c{number}:#{};", pick(colours).to_lowercase())).collect()
    };
    let (light, dark) = (list(|colours| colours.0.into()), list(|colours| colours.1.into()));
    let (wide, high) = (PIXELS * width, PIXELS * height);
    let drawing = join_strokes(&format!("{first}{body}").replace(" opacity=\"1\"", ""));
    Some(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {wide} {high}\">\n\
         <style>svg{{{light}}}path{{fill:none;stroke-linejoin:round}}text{{font-family:system-ui,sans-serif}}\
         @media(prefers-color-scheme:dark){{svg{{{dark}}}}}</style>\n{drawing}"
    ))
}

/// Neighbouring polylines of one colour and width (the dashes of a line, say) as one path: a third of the bytes.
fn join_strokes(svg: &str) -> String {
    let mut joined = String::with_capacity(svg.len());
    let mut last = None;
    for line in svg.lines() {
        let stroke = line.strip_prefix("<polyline fill=\"none\" ").and_then(|rest| rest.split_once(" points=\""));
        let stroke = stroke.and_then(|(style, rest)| Some((style, rest.strip_suffix("\"/>")?.trim_end())));
        if last.is_some() && stroke.map(|(style, _)| style) != last {
            joined += "\"/>\n";
        }
        match stroke {
            Some((style, points)) if last == Some(style) => joined += &format!("M{points}"),
            Some((style, points)) => joined += &format!("<path {style} d=\"M{points}"),
            None => joined += &format!("{line}\n"),
        }
        last = stroke.map(|(style, _)| style);
    }
    joined
}

/// A table of the chart layer as HTML; its first column names the rows.
fn table(table: &Table) -> String {
    let mut html = String::from("<table>\n<thead><tr>");
    for column in &table.columns {
        html += &format!("<th scope=\"col\">{}</th>", escape(column));
    }
    html += "</tr></thead>\n<tbody>\n";
    for row in &table.rows {
        html += "<tr>";
        for (i, cell) in row.iter().enumerate() {
            let cell = escape(cell);
            html += &if i == 0 { format!("<th scope=\"row\">{cell}</th>") } else { format!("<td>{cell}</td>") };
        }
        html += "</tr>\n";
    }
    html + "</tbody>\n</table>"
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIGHT: &str =
        "<svg width=\"4\">\n<line opacity=\"1\" stroke=\"#0072B2\"/>\n<text fill=\"#1B1F24\">\nz</text>\n</svg>";

    #[test]
    fn a_pair_of_colours_is_one_variable() {
        let dark = LIGHT.replace("0072B2", "56B4E9").replace("1B1F24", "E8EAED");
        let svg = both(LIGHT, &dark, (640, 360)).unwrap();
        assert!(svg.contains("<line stroke=\"var(--c0)\"/>") && svg.contains("<text fill=\"var(--c1)\">"), "{svg}");
        assert!(svg.contains("svg{--c0:#0072b2;--c1:#1b1f24;}"), "{svg}");
        assert!(svg.contains("dark){svg{--c0:#56b4e9;--c1:#e8eaed;}}"), "{svg}");
        assert!(svg.contains("width=\"640\" height=\"360\" viewBox=\"0 0 2560 1440\""), "{svg}");
    }

    #[test]
    fn neighbouring_strokes_of_one_style_are_one_path() {
        let line = |colour: &str, points: &str| {
            format!("<polyline fill=\"none\" stroke=\"{colour}\" points=\"{points} \"/>\n")
        };
        let svg = line("a", "0,0 1,1") + &line("a", "2,2 3,3") + &line("b", "4,4") + "</svg>\n";
        let joined = "<path stroke=\"a\" d=\"M0,0 1,1M2,2 3,3\"/>\n<path stroke=\"b\" d=\"M4,4\"/>\n</svg>\n";
        assert_eq!(join_strokes(&svg), joined);
    }

    #[test]
    fn drawings_that_differ_in_more_than_colour_are_refused() {
        assert_eq!(both(LIGHT, &LIGHT.replace("line", "path"), (1, 1)), None);
        assert_eq!(both(LIGHT, &LIGHT.replace(">\nz", ">\nw"), (1, 1)), None);
        assert_eq!(both(LIGHT, &LIGHT.replace("<text fill=\"#1B1F24\">", "<text>"), (1, 1)), None);
    }
}
