//! Each kind of mark that a panel can hold, on its own sheet.

use super::texts;
use crate::axis::Axis;
use crate::mark::{Mark, Point, text_width};
use crate::sheet::{Band, Cell, Filling, Network, Output, Panel, Series, Sheet};
use crate::theme::Ink;

const SIZE: (f64, f64) = (640.0, 360.0);

fn panel() -> Panel {
    Panel::new(Axis::linear(0.0, 10.0), "x", Axis::linear(0.0, 10.0))
}

/// The marks of a panel without those of an empty panel.
fn added(panel: Panel) -> Vec<Mark> {
    let marks =
        |panel: Panel| Sheet { headline: String::new(), panels: vec![panel], empty: None, scale: None }.marks(SIZE);
    let plain = marks(Panel { x: panel.x, y: panel.y, ..self::panel() });
    marks(panel).into_iter().filter(|mark| !plain.contains(mark)).collect()
}

/// The pixel of a data point on these sheets.
fn at(point: Point) -> Point {
    let sheet = Sheet { headline: String::new(), panels: vec![panel()], empty: None, scale: None };
    crate::layout::arrange(&sheet, SIZE).plots[0].point(point)
}

fn is_near(a: Point, b: Point) -> bool {
    (a.0 - b.0).abs() <= 0.5 && (a.1 - b.1).abs() <= 0.5
}

#[test]
fn a_band_runs_along_its_upper_line_and_back_along_its_lower() {
    let points = vec![(0.0, 1.0, 2.0), (5.0, 2.0, 20.0), (10.0, 3.0, 4.0)];
    let marks = added(Panel { bands: vec![Band { points, ink: Ink::Series(1) }], ..panel() });
    let [Mark::Fill { points, ink: Ink::Series(1), opacity }] = &marks[..] else { panic!("{marks:?}") };
    let expected = [(0.0, 2.0), (5.0, 10.0), (10.0, 4.0), (10.0, 3.0), (5.0, 2.0), (0.0, 1.0)];
    assert!(points.len() == 6 && points.iter().zip(expected).all(|(&p, q)| is_near(p, at(q))), "{points:?}");
    assert!(*opacity < 0.5, "lines are seen through it");
}

#[test]
fn a_band_breaks_where_nothing_was_measured_and_goes_down_to_the_axis_at_0() {
    let nan = f64::NAN;
    let points = vec![(0.0, 0.0, 2.0), (2.0, -1.0, 2.0), (4.0, nan, 2.0), (6.0, 1.0, 2.0), (10.0, 1.0, 2.0)];
    let y = Axis::decades([0.1, 10.0].into_iter());
    let marks = added(Panel { y, bands: vec![Band { points, ink: Ink::Series(0) }], ..panel() });
    assert_eq!(marks.len(), 2);
    let Mark::Fill { points, .. } = &marks[0] else { panic!("{marks:?}") };
    assert!(points[2..].iter().all(|p| (p.1 - at((0.0, 0.0)).1).abs() < 1.0), "{points:?}");
}

#[test]
fn a_cell_fills_its_place_and_is_cut_at_the_axes() {
    let cell = |x, y, filling| Cell { x, y, filling };
    let solid = Filling::Solid(Ink::Heat(0.5));
    let cells = vec![cell((2.0, 4.0), (1.0, 3.0), solid), cell((-5.0, 1.0), (9.0, 30.0), solid)];
    let marks = added(Panel { cells, ..panel() });
    let rect = |from: Point, to: Point| {
        let is_it = |mark: &Mark| matches!(mark, Mark::Rect { from: a, to: b, .. } if is_near(*a, at(from)) && is_near(*b, at(to)));
        marks.iter().any(is_it)
    };
    assert!(marks.len() == 2 && rect((2.0, 3.0), (4.0, 1.0)) && rect((0.0, 10.0), (1.0, 9.0)), "{marks:?}");
}

#[test]
fn a_hatched_cell_has_slanted_lines_inside_it_and_no_filling() {
    let marks = added(Panel { cells: vec![Cell { x: (2.0, 4.0), y: (1.0, 3.0), filling: Filling::Hatch }], ..panel() });
    let (from, to) = (at((2.0, 3.0)), at((4.0, 1.0)));
    assert!(marks.len() > 5);
    for mark in marks {
        let Mark::Line { points, ink: Ink::Muted, .. } = mark else { panic!("{mark:?}") };
        let is_inside =
            |p: &Point| p.0 >= from.0 - 0.5 && p.0 <= to.0 + 0.5 && p.1 >= from.1 - 0.5 && p.1 <= to.1 + 0.5;
        assert!(points.iter().all(is_inside));
        assert!(((points[0].0 + points[0].1) - (points[1].0 + points[1].1)).abs() < 1e-9, "45 degrees");
    }
}

#[test]
fn a_framed_cell_is_outlined_in_ink_on_paper() {
    let marks = added(Panel { cells: vec![Cell { x: (2.0, 4.0), y: (1.0, 3.0), filling: Filling::Frame }], ..panel() });
    let inks: Vec<Ink> =
        marks.iter().filter_map(|m| if let Mark::Line { ink, .. } = m { Some(*ink) } else { None }).collect();
    assert_eq!(inks, [Ink::Paper, Ink::Text]);
}

/// Two hidden layers of two and one unit, and two classes; the picture has two rows of two pixels.
fn network(has_more: bool) -> Network {
    let output = |class: &str, value, is_right, answer: Option<&str>| Output {
        class: class.into(),
        value,
        is_right,
        answer: answer.map(String::from),
    };
    Network {
        columns: 2,
        pixels: vec![255, 255, 0, 255],
        variant: 1,
        hidden: vec![vec![0.5, 1.0], vec![0.0]],
        has_more,
        outputs: vec![output("0", 0.25, true, None), output("1", 0.75, false, Some("75 %"))],
    }
}

fn drawn(has_more: bool) -> Vec<Mark> {
    let x = Axis::rows_with_room(3, 2.0, 2.0);
    added(Panel { x, network: Some(network(has_more)), ..panel() })
}

#[test]
fn a_network_has_its_units_with_their_shades_and_the_lines_between_them() {
    let marks = drawn(false);
    let shades: Vec<Ink> = marks
        .iter()
        .filter_map(|mark| match mark {
            Mark::Dot { ink: ink @ Ink::Shade(..), .. } => Some(*ink),
            _ => None,
        })
        .collect();
    assert_eq!(shades, [0.5, 1.0, 0.0, 0.25, 0.75].map(|share| Ink::Shade(1, share)));
    let lines =
        marks.iter().filter(|mark| matches!(mark, Mark::Line { points, ink: Ink::Rule, .. } if points.len() == 2));
    assert_eq!(lines.count(), 5 * 2 + 2 + 2, "from the picture, and from layer to layer");
    let dots = |marks: &[Mark]| marks.iter().filter(|mark| matches!(mark, Mark::Dot { ink: Ink::Muted, .. })).count();
    assert_eq!((dots(&marks), dots(&drawn(true))), (0, 6), "three dots below each hidden layer");
}

#[test]
fn the_pixels_of_a_picture_are_square_and_neighbors_of_one_shade_are_one_mark() {
    let pixels: Vec<(Point, Point)> = drawn(false)
        .into_iter()
        .filter_map(|mark| match mark {
            Mark::Rect { from, to, ink: Ink::Grey(share) } => {
                assert_eq!(share, 1.0);
                Some((from, to))
            }
            _ => None,
        })
        .collect();
    let [(top_left, top_right), (low_left, low_right)] = pixels[..] else { panic!("{pixels:?}") };
    let side = low_right.1 - low_left.1;
    assert_eq!((top_right.0 - top_left.0, top_right.1 - top_left.1), (2.0 * side, side));
    assert_eq!((low_left, low_right.0), ((top_left.0 + side, top_right.1), top_right.0));
}

#[test]
fn the_answer_is_bold_with_its_value_and_the_right_class_is_framed() {
    let marks = drawn(false);
    let texts: Vec<(&str, bool)> = texts(&marks).iter().map(|text| (&*text.text, text.is_bold)).collect();
    assert!(texts.ends_with(&[("0", false), ("1", true), ("75 %", false)]), "{texts:?}");
    let bars: Vec<(f64, Ink)> = marks
        .iter()
        .filter_map(|mark| match mark {
            Mark::Rect { from, to, ink: ink @ (Ink::Pale(1) | Ink::Series(1)) } => Some((to.0 - from.0, *ink)),
            _ => None,
        })
        .collect();
    let [(short, Ink::Pale(1)), (long, Ink::Series(1))] = bars[..] else { panic!("{bars:?}") };
    assert!((long - 3.0 * short).abs() < 1e-9, "{bars:?}");
    let frames =
        marks.iter().filter(|mark| matches!(mark, Mark::Line { points, ink: Ink::Text, .. } if points.len() == 5));
    assert_eq!(frames.count(), 1);
}

/// The place of a text of a sheet with one panel.
fn place(panel: Panel, text: &str) -> Option<Point> {
    let sheet = Sheet { headline: String::new(), panels: vec![panel], empty: None, scale: None };
    texts(&sheet.marks(SIZE)).iter().find(|other| other.text == text).map(|text| text.at)
}

#[test]
fn the_name_of_an_axis_stays_on_the_sheet_and_no_tick_meets_it() {
    let y = Axis::linear(0.0, 1.0);
    let right = SIZE.0 - text_width("x", 13.0) - 1.0;
    let with_room = Axis::linear(-2e-5, 2e-5);
    for (x, last, is_drawn) in [(with_room, "2×10⁻⁵", true), (Axis::linear(-3.5e-10, -1.5e-10), "−1.5×10⁻¹⁰", false)]
    {
        assert_eq!(place(Panel::new(x, "x", y), "x").unwrap().0, right, "{last}");
        assert_eq!(place(Panel::new(x, "x", y), last).is_some(), is_drawn, "{last}");
    }
}

#[test]
fn a_line_that_leaves_the_plot_at_the_top_is_named_there_and_one_at_the_bottom_is_not() {
    let named = |line: Vec<Point>| {
        place(Panel { series: vec![Series::new("name".into(), Ink::Text, line)], ..panel() }, "name").map(|at| at.1)
    };
    let top = at((0.0, 10.0)).1;
    for line in [vec![(0.0, 5.0), (10.0, 20.0)], vec![(0.0, 5.0), (5.0, 20.0), (10.0, f64::NAN)]] {
        assert!((named(line).unwrap() - top).abs() < 13.0);
    }
    assert_eq!(named(vec![(0.0, 5.0), (10.0, -5.0)]), None);
}

#[test]
fn a_sentence_is_not_cut_off_at_the_right() {
    let panel = Panel::new(Axis::linear(0.0, 1.0), "x", Axis::linear(0.0, 1e6));
    let sentence = "n".repeat(46);
    let sheet = Sheet { headline: String::new(), panels: vec![panel], empty: Some(sentence.clone()), scale: None };
    let marks = sheet.marks((328.0, 200.0));
    let center = texts(&marks).iter().find(|text| text.text == sentence).unwrap().at.0;
    assert!(center + text_width(&sentence, 12.0) / 2.0 <= 328.0, "{center}");
}
