//! How high a live figure is on its own page, besides its drawing: an estimate, so that hosts can keep space before the figure is there.
//! It sets the texts in letters of one width. A browser test compares it with the live figures.

use super::Recording;
use chart::{Control, ControlKind, Figure, MAX_SEGMENTS, Options, View};

/// The page of a figure in CSS pixels: where the estimates are made, and its padding at both sides.
pub const WIDE: u32 = 720;
pub const NARROW: u32 = 360;
const PADDING: u32 = 8;
/// The widest lines of a caption.
const COLUMN: u32 = 608;
const LINE: u32 = 21;
const LETTER: u32 = 7;
/// Buttons and other controls, and what is between them.
const BUTTON: u32 = 36;
const COLUMN_GAP: u32 = 16;
const ROW_GAP: u32 = 8;

/// The height of the live figure at the width [`WIDE`].
pub fn wide(recording: &Recording, figure: &dyn Figure) -> u32 {
    let (width, height) = figure.size(false);
    ((WIDE - PADDING) * height).div_ceil(width) + around(recording, figure)[0]
}

/// The height of everything around the live drawing, at the widths [`WIDE`] and [`NARROW`].
pub fn around(recording: &Recording, figure: &dyn Figure) -> [u32; 2] {
    [WIDE, NARROW].map(|page| {
        let width = page - PADDING;
        let is_narrow = page == NARROW;
        // The padding of the page, the line of “The numbers”, the link at the foot, and room for one more line, or two short ones.
        let rest = 16 + 37 + 26 + LINE * if is_narrow { 2 } else { 1 };
        let results = recording.of(figure);
        // The main button, and the line that tells the results.
        let bar = if figure.is_measured() { BUTTON + ROW_GAP + LINE * if is_narrow { 2 } else { 1 } + 12 } else { 0 };
        // On a phone the tag has a line of its own.
        let tag = if figure.is_measured() && is_narrow { 24 } else { 0 };
        bar + controls(&figure.controls(results), width, is_narrow)
            + readout(recording, figure, width)
            + caption(&chart::caption(figure), width)
            + tag
            + rest
    })
}

/// The caption below the drawing, with the space above it.
fn caption(text: &str, width: u32) -> u32 {
    // Its letters are a fifteenth larger; most letters of a text are narrower than those of short words.
    let per_line = width.min(COLUMN) * 20 * 14 / (LETTER * 19 * 15);
    ROW_GAP + 4 + (LINE + 2) * (text.chars().count() as u32).div_ceil(per_line)
}

fn width_of(text: &str) -> u32 {
    LETTER * text.chars().count() as u32
}

/// Sets boxes of these widths in rows, in order: the row of each.
fn rows(widths: impl IntoIterator<Item = u32>, gap: u32, width: u32) -> Vec<usize> {
    let (mut row, mut used) = (0, 0);
    let row_of = |box_width| {
        if used > 0 && used + gap + box_width > width {
            (row, used) = (row + 1, box_width);
        } else {
            used += box_width + if used > 0 { gap } else { 0 };
        }
        row
    };
    widths.into_iter().map(row_of).collect()
}

/// The number of rows of boxes of these widths.
fn n_rows(widths: impl IntoIterator<Item = u32>, gap: u32, width: u32) -> u32 {
    rows(widths, gap, width).last().map_or(0, |row| *row as u32 + 1)
}

fn controls(controls: &[Control], width: u32, is_narrow: bool) -> u32 {
    let boxes: Vec<(u32, u32)> = controls.iter().flat_map(|control| boxes(control, width, is_narrow)).collect();
    let mut heights: Vec<u32> = Vec::new();
    for (row, (_, height)) in rows(boxes.iter().map(|(width, _)| *width), COLUMN_GAP, width).into_iter().zip(&boxes) {
        heights.resize(row + 1, 0);
        heights[row] = heights[row].max(*height);
    }
    if heights.is_empty() { 0 } else { heights.iter().sum::<u32>() + ROW_GAP * (heights.len() as u32 - 1) + 12 }
}

/// Width and height of the parts of a control.
fn boxes(Control { label, kind, .. }: &Control, width: u32, is_narrow: bool) -> Vec<(u32, u32)> {
    let segmented = |legend: &str, labels: &[String]| {
        let segments = labels.iter().map(|label| width_of(label) + 26);
        if is_narrow {
            // The legend has a line of its own.
            (segments.clone().sum::<u32>().min(width), LINE + BUTTON * n_rows(segments, 0, width))
        } else {
            (width_of(legend) + ROW_GAP + segments.sum::<u32>(), BUTTON)
        }
    };
    let slider = |label: &str| (if is_narrow { width } else { width_of(label) + 256 }, BUTTON);
    match kind {
        ControlKind::Switch => vec![(28 + width_of(label), BUTTON)],
        ControlKind::Choice(choices) if choices.len() <= MAX_SEGMENTS => {
            let labels: Vec<String> = choices.iter().map(|(_, label)| label.clone()).collect();
            vec![segmented(label, &labels)]
        }
        ControlKind::Choice(_) => vec![(width_of(label) + 160, BUTTON)],
        ControlKind::Numbers { .. } => vec![slider(label)],
        ControlKind::Number { presets, .. } => {
            let labels: Vec<String> = presets.iter().map(|(label, value)| format!("{label}, {value}")).collect();
            let presets = (!labels.is_empty()).then(|| segmented(&format!("{label} as in"), &labels));
            std::iter::once(slider(label)).chain(presets).collect()
        }
    }
}

/// The slider and the values at the crosshair, those of panels in columns.
fn readout(recording: &Recording, figure: &dyn Figure, width: u32) -> u32 {
    const SLIDER: u32 = 24;
    const PANEL: u32 = 100;
    let (results, view, options) = (recording.of(figure), View::default(), Options::default());
    let readings = figure.probe(results, &view, &options, figure.rest(results, &view, &options));
    // A heading, and a line for each value.
    let panels: Vec<u32> = readings
        .chunk_by(|a, b| a.panel == b.panel)
        .filter(|of_panel| of_panel[0].panel.is_some())
        .map(|of_panel| 1 + of_panel.len() as u32)
        .collect();
    if panels.is_empty() {
        let widths = readings.iter().map(|reading| width_of(&reading.name) + 3 * LETTER + width_of(&reading.value));
        return SLIDER + LINE * n_rows(widths, 24, width);
    }
    let n_columns = (width + ROW_GAP) / (PANEL + ROW_GAP);
    let lines_of_panels: u32 =
        panels.chunks(n_columns as usize).map(|row| row.iter().copied().max().unwrap_or_default()).sum();
    let alone = readings.iter().filter(|reading| reading.panel.is_none()).count() as u32;
    SLIDER + LINE * (alone + lines_of_panels)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boxes_fill_rows() {
        assert_eq!(rows([100, 80, 20, 300], 10, 200), [0, 0, 1, 2]);
        assert_eq!(n_rows([], 10, 200), 0);
    }
}
