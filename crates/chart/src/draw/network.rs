//! A network: its picture, its units with the weights between them, and its outputs.

use super::{Drawing, HAIRLINE};
use crate::layout::Plot;
use crate::line::Rect;
use crate::mark::{Align, Mark, Point, Text};
use crate::sheet::{Filling, Network, Output};
use crate::theme::Ink;

/// Shades of the picture's pixels.
const SHADES: f64 = 12.0;
/// Lines from the picture to each unit of the first layer.
const RAYS: usize = 5;
/// The largest unit and the largest distance between the centers of two, in CSS pixels.
const MAX_RADIUS: f64 = 8.0;
const MAX_PITCH: f64 = 24.0;
/// Room for the name of a class, and for the number after the longest bar.
const CLASS: f64 = 20.0;
const VALUE: f64 = 46.0;

impl Drawing {
    pub fn network(&mut self, network: &Network, plot: &Plot) {
        let rect = plot.rect;
        let outputs = network.outputs.len();
        let n_rows = network.hidden.iter().map(Vec::len).fold(0, usize::max) + 2 * usize::from(network.has_more);
        let pitch = ((rect.bottom - rect.top) / n_rows.max(outputs).max(1) as f64).min(MAX_PITCH);
        let radius = (0.4 * pitch).min(0.32 * (plot.x_px(2.0) - plot.x_px(1.0))).min(MAX_RADIUS);
        let middle = (rect.top + rect.bottom) / 2.0;
        let column = |l: usize, n: usize| -> Vec<Point> {
            let y = |i: usize| middle + (i as f64 - (n as f64 - 1.0) / 2.0) * pitch;
            (0..n).map(|i| (plot.x_px(l as f64 + 1.0), y(i))).collect()
        };
        let sizes = network.hidden.iter().map(Vec::len).chain([outputs]);
        let layers: Vec<Vec<Point>> = sizes.enumerate().map(|(l, n)| column(l, n)).collect();

        let picture = self.picture(network, &Rect { left: 2.0, right: plot.x_px(0.5), ..rect });
        let ray = |i: usize| {
            let share = i as f64 / (RAYS - 1) as f64;
            (picture.right, picture.top + share * (picture.bottom - picture.top))
        };
        let mut before: Vec<Point> = (0..RAYS).map(ray).collect();
        for layer in &layers {
            for to in layer {
                before.iter().for_each(|from| self.line(vec![*from, *to], HAIRLINE, Ink::Rule));
            }
            before.clone_from(layer);
        }
        let values: Vec<f64> = network.outputs.iter().map(|output| output.value).collect();
        let shades = network.hidden.iter().chain([&values]);
        for (layer, shades) in layers.iter().zip(shades) {
            for (center, shade) in layer.iter().zip(shades) {
                let unit = |radius, ink| Mark::Dot { center: *center, radius, ink };
                self.marks.push(unit(radius, Ink::Faint(network.variant)));
                self.marks.push(unit(radius - 1.0, Ink::Shade(network.variant, *shade)));
            }
        }
        if network.has_more {
            for &(x, y) in layers[..network.hidden.len()].iter().filter_map(|layer| layer.last()) {
                for i in 0..3 {
                    let center = (x, y + pitch * (0.8 + 0.3 * f64::from(i)));
                    self.marks.push(Mark::Dot { center, radius: 1.5, ink: Ink::Muted });
                }
            }
        }
        for (output, (x, y)) in network.outputs.iter().zip(before) {
            self.output(output, network.variant, (x + radius + 4.0, y), pitch);
        }
    }

    /// The name of a class, its bar, and the number of the answer, from `x`, `y` to the right.
    fn output(&mut self, output: &Output, variant: usize, (x, y): Point, pitch: f64) {
        let is_answer = output.answer.is_some();
        let center = (x + CLASS / 2.0 - 2.0, y);
        let ink = if is_answer { Ink::Text } else { Ink::Muted };
        let (text, size) = (output.class.clone(), self.font);
        if output.is_right {
            let half = (CLASS / 2.0 - 2.0, (pitch / 2.0 - 0.5).min(9.0));
            self.rectangle((center.0 - half.0, y - half.1), (center.0 + half.0, y + half.1), Filling::Frame);
        }
        self.marks.push(Mark::Text(Text { text, at: center, align: Align::Middle, size, is_bold: is_answer, ink }));
        let left = x + CLASS + 2.0;
        let length = (self.width - VALUE - left).max(0.0) * output.value.clamp(0.0, 1.0);
        let half = (0.3 * pitch).min(5.0);
        let ink = if is_answer { Ink::Series(variant) } else { Ink::Pale(variant) };
        self.marks.push(Mark::Rect { from: (left, y - half), to: (left + length.max(1.0), y + half), ink });
        if let Some(answer) = &output.answer {
            self.text(answer, (left + length + 5.0, y), Align::Left, Ink::Text);
        }
    }

    /// The picture as large as it fits on the right of a room. Returns its place.
    fn picture(&mut self, network: &Network, room: &Rect) -> Rect {
        let columns = network.columns.max(1);
        let n_rows = network.pixels.len().div_ceil(columns).max(1) as f64;
        let pixel = ((room.right - room.left) / columns as f64).min((room.bottom - room.top) / n_rows);
        // Whole device pixels at a ratio of 2, as long as pixels are that large.
        let pixel = if pixel >= 0.5 { (2.0 * pixel).floor() / 2.0 } else { pixel };
        let (width, height) = (pixel * columns as f64, pixel * n_rows);
        let top = ((room.top + room.bottom - height) / 2.0).round();
        let place = Rect { left: room.left, top, right: room.left + width, bottom: top + height };
        let shade = |pixel: u8| (f64::from(pixel) / 255.0 * SHADES).round();
        for (row, pixels) in (0..).zip(network.pixels.chunks(columns)) {
            let mut x = place.left;
            let y = top + pixel * f64::from(row);
            for run in pixels.chunk_by(|a, b| shade(*a) == shade(*b)) {
                let from = x;
                x += pixel * run.len() as f64;
                let share = shade(run[0]) / SHADES;
                if share > 0.0 {
                    self.marks.push(Mark::Rect { from: (from, y), to: (x, y + pixel), ink: Ink::Grey(share) });
                }
            }
        }
        let Rect { left, top, right, bottom } = place;
        self.line(vec![(left, top), (right, top), (right, bottom), (left, bottom), (left, top)], HAIRLINE, Ink::Rule);
        place
    }
}
