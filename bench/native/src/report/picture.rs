//! The results as bars on one logarithmic scale, one panel for each net: an SVG for light and dark themes.

use super::spread::number;
use super::{Contestant, Net, OURS, Results, STEPS};
use anyhow::{Context, Result};
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

const WIDTH: i32 = 840;
const LABELS: i32 = 330;
const VALUES: i32 = 120;
const ROW: i32 = 24;
const TITLE: i32 = 48;
/// The line that says where the contestants below it run.
const PLACE: i32 = 24;
const AXIS: i32 = 54;
/// Font sizes of plotters, 1.24 times those of a browser.
const LARGE: i32 = 20;
const SMALL: i32 = 16;

/// A color in the light theme, and the class that gives it another one in the dark theme.
struct Ink {
    class: &'static str,
    light: RGBColor,
    dark: &'static str,
}

const TEXT: Ink = Ink { class: "text", light: RGBColor(31, 35, 40), dark: "#e6edf3" };
const FAINT: Ink = Ink { class: "faint", light: RGBColor(89, 99, 110), dark: "#9ba5b0" };
const GRID: Ink = Ink { class: "grid", light: RGBColor(218, 222, 227), dark: "#363c44" };
const OUR_BAR: Ink = Ink { class: "ours", light: RGBColor(196, 78, 24), dark: "#f28c4f" };
const PEER_BAR: Ink = Ink { class: "peer", light: RGBColor(120, 140, 163), dark: "#7089a6" };
const INKS: [Ink; 5] = [TEXT, FAINT, GRID, OUR_BAR, PEER_BAR];

type Area<'a> = DrawingArea<SVGBackend<'a>, plotters::coord::Shift>;

pub fn svg(results: &Results) -> Result<String> {
    let rows = results.nets.iter().flat_map(rows);
    let height = TITLE * results.nets.len() as i32 + rows.map(|row| row.height()).sum::<i32>() + AXIS;
    let scale = Scale::of(results);
    let mut svg = String::new();
    {
        let area = SVGBackend::with_string(&mut svg, (WIDTH as u32, height as u32)).into_drawing_area();
        draw(&area, results, &scale, height).map_err(|error| anyhow::anyhow!("cannot draw the picture: {error}"))?;
    }
    both_themes(&svg).context("plotters wrote no SVG")
}

/// A line of a panel.
enum Row<'a> {
    Place(&'a str),
    Bar(&'a Contestant),
}

impl Row<'_> {
    fn height(&self) -> i32 {
        match self {
            Self::Place(_) => PLACE,
            Self::Bar(_) => ROW,
        }
    }
}

fn bars(net: &Net) -> impl Iterator<Item = &Contestant> {
    net.contestants.iter().filter(|contestant| !contestant.is_measured())
}

/// The bars of a net, grouped by place.
fn rows(net: &Net) -> Vec<Row<'_>> {
    let bars: Vec<&Contestant> = bars(net).collect();
    let places = bars.chunk_by(|a, b| a.place == b.place);
    places
        .flat_map(|group| std::iter::once(Row::Place(&group[0].place)).chain(group.iter().map(|&bar| Row::Bar(bar))))
        .collect()
}

type Drawn = Result<(), DrawingAreaErrorKind<std::io::Error>>;

fn draw(area: &Area, results: &Results, scale: &Scale, height: i32) -> Drawn {
    let bottom = height - AXIS;
    for decade in scale.decades() {
        let x = scale.x(decade);
        area.draw(&PathElement::new([(x, TITLE), (x, bottom + 4)], GRID.light))?;
        let label = if decade < 100.0 { decade.to_string() } else { number(decade) };
        area.draw(&text(format!("{label} s"), (x, bottom + 16), &FAINT, SMALL, HPos::Center))?;
    }
    let (steps, rounds) = (number(STEPS), results.rounds);
    let axis = format!(
        "seconds for {steps} training steps, logarithmic; thin lines: range over {rounds} rounds; ×: times ours in Chromium"
    );
    area.draw(&text(axis, (WIDTH / 2, bottom + 38), &FAINT, SMALL, HPos::Center))?;
    let mut y = 0;
    for net in &results.nets {
        area.draw(&text(net.title.clone(), (8, y + TITLE / 2 + 4), &TEXT, LARGE, HPos::Left))?;
        y += TITLE;
        for row in rows(net) {
            match row {
                Row::Place(place) => {
                    let place = if place == "native" { "native".into() } else { format!("in {place}") };
                    area.draw(&text(place, (LABELS - 10, y + PLACE / 2), &FAINT, SMALL, HPos::Right))?;
                }
                Row::Bar(contestant) => bar(area, net, contestant, scale, y)?,
            }
            y += row.height();
        }
    }
    area.present()
}

/// One contestant's row; `y` is its top.
fn bar(area: &Area, net: &Net, contestant: &Contestant, scale: &Scale, y: i32) -> Drawn {
    const GAP: i32 = 4;
    let ink = if contestant.is_ours() { &OUR_BAR } else { &PEER_BAR };
    let seconds = contestant.seconds();
    let (end, middle) = (scale.x(seconds.median), y + ROW / 2);
    area.draw(&text(contestant.label.clone(), (LABELS - 10, middle), &TEXT, SMALL, HPos::Right))?;
    area.draw(&Rectangle::new([(LABELS, y + GAP), (end, y + ROW - GAP)], ink.light.filled()))?;
    let range = [(scale.x(seconds.min), middle), (scale.x(seconds.max), middle)];
    area.draw(&PathElement::new(range, TEXT.light))?;
    let ratio = match net.find(OURS) {
        Some(ours) if contestant.name != OURS => format!(" · {}×", number(contestant.ratio(ours).median)),
        _ => String::new(),
    };
    let value = format!("{} s{ratio}", number(seconds.median));
    area.draw(&text(value, (end.max(range[1].0) + 8, middle), &TEXT, SMALL, HPos::Left))
}

fn text(words: String, at: (i32, i32), ink: &Ink, size: i32, side: HPos) -> Text<'static, (i32, i32), String> {
    Text::new(words, at, ("sans-serif", size).into_font().color(&ink.light).pos(Pos::new(side, VPos::Center)))
}

/// Maps seconds to pixels; begins and ends at a power of ten.
struct Scale {
    /// Logarithms of the first and the last decade.
    first: i32,
    last: i32,
}

impl Scale {
    fn of(results: &Results) -> Self {
        let seconds = || results.nets.iter().flat_map(bars).map(|contestant| contestant.seconds());
        let min = seconds().map(|s| s.min).fold(f64::INFINITY, f64::min).max(1e-6);
        let max = seconds().map(|s| s.max).fold(min, f64::max);
        let first = min.log10().floor() as i32;
        Self { first, last: (max.log10().ceil() as i32).max(first + 1) }
    }

    fn decades(&self) -> impl Iterator<Item = f64> {
        (self.first..=self.last).map(|decade| 10f64.powi(decade))
    }

    fn x(&self, seconds: f64) -> i32 {
        let share = (seconds.log10() - f64::from(self.first)) / f64::from(self.last - self.first);
        LABELS + (share * f64::from(WIDTH - LABELS - VALUES)) as i32
    }
}

/// Adds a class to each element of an ink, and a style sheet with the classes' colors in the dark theme.
fn both_themes(svg: &str) -> Option<String> {
    let mut themed = svg.to_owned();
    let mut rules = String::new();
    for Ink { class, light: RGBColor(r, g, b), dark } in INKS {
        let color = format!("\"#{r:02X}{g:02X}{b:02X}\"");
        for property in ["fill", "stroke"] {
            let attribute = format!("{property}={color}");
            themed = themed.replace(&attribute, &format!("{attribute} class=\"{class}-{property}\""));
            rules += &format!(".{class}-{property}{{{property}:{dark}}}");
        }
    }
    let (head, body) = themed.split_once('\n')?;
    Some(format!("{head}\n<style>@media (prefers-color-scheme: dark){{{rules}}}</style>\n{body}"))
}
