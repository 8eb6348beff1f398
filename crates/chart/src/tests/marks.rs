//! Each kind of mark that a panel can hold, on its own sheet.

use super::texts;
use crate::axis::Axis;
use crate::mark::{Mark, Point};
use crate::sheet::{Band, Cell, Edge, Filling, Node, Panel, Sheet};
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
    let points = vec![(0.0, 0.0, 2.0), (2.0, 0.0, 2.0), (4.0, nan, nan), (6.0, 1.0, 2.0), (10.0, 1.0, 2.0)];
    let y = Axis::decades([0.1, 10.0].into_iter());
    let marks = added(Panel { y, bands: vec![Band { points, ink: Ink::Series(0) }], ..panel() });
    assert_eq!(marks.len(), 2);
    let Mark::Fill { points, .. } = &marks[0] else { panic!("{marks:?}") };
    let lowest = points.iter().map(|p| p.1).fold(0.0, f64::max);
    assert!((lowest - at((0.0, 0.0)).1).abs() < 1.0, "{points:?}");
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

#[test]
fn a_node_is_a_circle_with_an_outline_and_perhaps_a_name() {
    let node = |label| Node { at: (5.0, 5.0), radius: 8.0, fill: Ink::Heat(0.2), outline: Ink::Text, label };
    let marks = added(Panel { nodes: vec![node(None), node(Some("unit 3".into()))], ..panel() });
    let dots: Vec<(f64, Ink)> = marks
        .iter()
        .filter_map(|mark| match mark {
            Mark::Dot { center, radius, ink } if is_near(*center, at((5.0, 5.0))) => Some((*radius, *ink)),
            _ => None,
        })
        .collect();
    assert_eq!(dots[..2], [(8.0, Ink::Text), (6.5, Ink::Heat(0.2))], "the outline, then what it surrounds");
    let names: Vec<(&str, f64)> = texts(&marks).iter().map(|text| (&*text.text, text.at.0)).collect();
    assert_eq!(names, [("unit 3", at((5.0, 5.0)).0 + 12.0)]);
}

#[test]
fn an_edge_has_its_width_and_is_cut_at_the_plot() {
    let edge = Edge { from: (2.0, 5.0), to: (20.0, 5.0), width: 3.5, ink: Ink::Ramp(0.5) };
    let marks = added(Panel { edges: vec![edge], ..panel() });
    let [Mark::Line { points, width: 3.5, ink: Ink::Ramp(_) }] = &marks[..] else { panic!("{marks:?}") };
    assert!(is_near(points[0], at((2.0, 5.0))) && is_near(points[1], at((10.0, 5.0))), "{points:?}");
}

#[test]
fn edges_lie_below_nodes() {
    let edge = Edge { from: (2.0, 5.0), to: (5.0, 5.0), width: 1.0, ink: Ink::Muted };
    let node = Node { at: (5.0, 5.0), radius: 8.0, fill: Ink::Paper, outline: Ink::Text, label: None };
    let marks = added(Panel { edges: vec![edge], nodes: vec![node], ..panel() });
    assert!(matches!(marks[..], [Mark::Line { .. }, Mark::Dot { .. }, Mark::Dot { .. }]), "{marks:?}");
}
