//! The geometry of lines in CSS pixels: splits a line at values that are not finite, clips it to a rectangle (plotters does not), thins
//! it to the resolution of pixels, and cuts it into dashes.

use crate::mark::Point;

/// Left, top, right, bottom in CSS pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rect {
    pub left: f64,
    pub top: f64,
    pub right: f64,
    pub bottom: f64,
}

impl Rect {
    pub fn contains(&self, (x, y): Point) -> bool {
        (self.left..=self.right).contains(&x) && (self.top..=self.bottom).contains(&y)
    }
}

/// The stretches of `points` without a NaN or an infinity.
pub fn finite(points: impl IntoIterator<Item = Point>) -> Vec<Vec<Point>> {
    let mut stretches = vec![Vec::new()];
    for point in points {
        if point.0.is_finite() && point.1.is_finite() {
            if let Some(stretch) = stretches.last_mut() {
                stretch.push(point);
            }
        } else {
            stretches.push(Vec::new());
        }
    }
    stretches.retain(|stretch| !stretch.is_empty());
    stretches
}

/// The parts of a line inside `rect`.
pub fn clip(points: &[Point], rect: &Rect) -> Vec<Vec<Point>> {
    let mut parts: Vec<Vec<Point>> = Vec::new();
    for pair in points.windows(2) {
        let &[from, to] = pair else { continue };
        let Some((a, b)) = clip_segment(from, to, rect) else { continue };
        match parts.last_mut() {
            Some(part) if part.last() == Some(&a) => part.push(b),
            _ => parts.push(vec![a, b]),
        }
    }
    parts
}

/// The part of a segment inside `rect` (Liang and Barsky, 1984).
fn clip_segment(a: Point, b: Point, rect: &Rect) -> Option<(Point, Point)> {
    let (dx, dy) = (b.0 - a.0, b.1 - a.1);
    let (mut enter, mut leave) = (0.0f64, 1.0f64);
    let edges = [(-dx, a.0 - rect.left), (dx, rect.right - a.0), (-dy, a.1 - rect.top), (dy, rect.bottom - a.1)];
    for (outward, distance) in edges {
        if outward == 0.0 {
            if distance < 0.0 {
                return None;
            }
        } else if outward < 0.0 {
            enter = enter.max(distance / outward);
        } else {
            leave = leave.min(distance / outward);
        }
    }
    let at = |t: f64| match t {
        0.0 => a,
        1.0 => b,
        t => (a.0 + t * dx, a.1 + t * dy),
    };
    (enter <= leave).then(|| (at(enter), at(leave)))
}

/// Keeps at most the first, the lowest, the highest and the last point of each pixel column; `points` go left to right.
pub fn thin(points: &[Point]) -> Vec<Point> {
    let mut thinned: Vec<Point> = Vec::with_capacity(points.len());
    for column in points.chunk_by(|a, b| a.0.floor() == b.0.floor()) {
        let by_y = |&(_, a): &(usize, &Point), &(_, b): &(usize, &Point)| a.1.total_cmp(&b.1);
        let lowest = column.iter().enumerate().min_by(by_y).map_or(0, |(i, _)| i);
        let highest = column.iter().enumerate().max_by(by_y).map_or(0, |(i, _)| i);
        let mut last = None;
        for i in [0, lowest.min(highest), lowest.max(highest), column.len() - 1] {
            if last != Some(i) {
                thinned.extend(column.get(i));
            }
            last = Some(i);
        }
    }
    thinned
}

/// The strokes of a dashed line. `pattern` is alternately the length of a dash and of a gap, in pixels; an empty pattern is solid.
/// Lengths are horizontal, not along the line, so that the dashes of a noisy line are equally spaced; `points` go left to right.
pub fn dash(points: &[Point], pattern: &[f64]) -> Vec<Vec<Point>> {
    let mut lengths = pattern.iter().copied().cycle();
    let Some(mut left) = lengths.next() else { return vec![points.to_vec()] };
    let mut strokes: Vec<Vec<Point>> = Vec::new();
    let mut is_on = true;
    let mut stroke: Vec<Point> = points.first().copied().into_iter().collect();
    for pair in points.windows(2) {
        let &[mut from, to] = pair else { continue };
        let mut length = to.0 - from.0;
        while length > left {
            let t = left / length;
            let cut = (from.0 + t * (to.0 - from.0), from.1 + t * (to.1 - from.1));
            if is_on {
                stroke.push(cut);
                strokes.push(std::mem::take(&mut stroke));
            } else {
                stroke = vec![cut];
            }
            length -= left;
            from = cut;
            is_on = !is_on;
            left = lengths.next().unwrap_or(f64::INFINITY);
        }
        left -= length;
        if is_on {
            stroke.push(to);
        }
    }
    if is_on && stroke.len() > 1 {
        strokes.push(stroke);
    }
    strokes
}

#[cfg(test)]
mod tests {
    use super::*;

    const RECT: Rect = Rect { left: 0.0, top: 0.0, right: 10.0, bottom: 10.0 };

    #[test]
    fn a_line_breaks_where_it_is_no_number() {
        let points = [(0.0, 1.0), (1.0, f64::NAN), (2.0, 3.0), (3.0, 4.0), (4.0, f64::INFINITY)];
        assert_eq!(finite(points), [vec![(0.0, 1.0)], vec![(2.0, 3.0), (3.0, 4.0)]]);
    }

    #[test]
    fn a_clipped_line_ends_on_the_edge() {
        let through = [(-5.0, 5.0), (5.0, 5.0), (5.0, 20.0), (8.0, 20.0), (8.0, 5.0)];
        assert_eq!(clip(&through, &RECT), [vec![(0.0, 5.0), (5.0, 5.0), (5.0, 10.0)], vec![(8.0, 10.0), (8.0, 5.0)]]);
        assert!(clip(&[(-1.0, -1.0), (-1.0, 11.0)], &RECT).is_empty());
    }

    #[test]
    fn thinning_keeps_ends_minima_and_maxima() {
        let points: Vec<Point> = (0..1000).map(|i| (f64::from(i) / 100.0, f64::from((i * 37) % 101))).collect();
        let thinned = thin(&points);
        assert!(thinned.len() <= 4 * 10);
        assert_eq!((thinned.first(), thinned.last()), (points.first(), points.last()));
        for column in 0..10 {
            let extremes = |points: &[Point]| {
                let ys = points.iter().filter(|p| p.0.floor() == f64::from(column)).map(|p| p.1);
                (ys.clone().fold(f64::INFINITY, f64::min), ys.fold(f64::NEG_INFINITY, f64::max))
            };
            assert_eq!(extremes(&thinned), extremes(&points));
        }
        assert_eq!(thin(&points[..1]), points[..1]);
    }

    #[test]
    fn dashes_and_gaps_have_their_widths_however_steep_the_line() {
        // To 10, then up at one place, then on to 20; 6 on, 3 off.
        let strokes = dash(&[(0.0, 0.0), (10.0, 0.0), (10.0, 9.0), (20.0, 19.0)], &[6.0, 3.0]);
        let expected = [
            vec![(0.0, 0.0), (6.0, 0.0)],
            vec![(9.0, 0.0), (10.0, 0.0), (10.0, 9.0), (15.0, 14.0)],
            vec![(18.0, 17.0), (20.0, 19.0)],
        ];
        assert_eq!(strokes, expected);
        assert_eq!(dash(&expected[1], &[]), [expected[1].clone()]);
        assert_eq!(dash(&[(0.0, 0.0), (4.0, 0.0)], &[2.0, 2.0]), [[(0.0, 0.0), (2.0, 0.0)]], "it ends with its gap");
        assert!(dash(&[(1.0, 1.0)], &[2.0, 2.0]).is_empty());
    }
}
