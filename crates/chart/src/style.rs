//! The dash of a series and the shape of its marks, by the position of its variant: color is never the only sign.

use crate::mark::{Mark, Point};
use crate::theme::Ink;

/// The lengths of a dash and of a gap in turn, in CSS pixels; empty is solid.
pub type Dash = &'static [f64];

pub const SOLID: Dash = &[];

const DASHES: [Dash; 6] =
    [SOLID, &[7.0, 3.0], &[2.0, 2.0], &[9.0, 3.0, 2.0, 3.0], &[14.0, 4.0], &[9.0, 3.0, 2.0, 3.0, 2.0, 3.0]];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    Circle,
    Triangle,
    Square,
    Diamond,
    /// A triangle on its tip.
    Wedge,
    Plus,
}

const SHAPES: [Shape; 6] = [Shape::Circle, Shape::Triangle, Shape::Square, Shape::Diamond, Shape::Wedge, Shape::Plus];

pub fn dash(position: usize) -> Dash {
    DASHES[position % DASHES.len()]
}

pub fn shape(position: usize) -> Shape {
    SHAPES[position % SHAPES.len()]
}

impl Shape {
    /// The shape around a center, about as large as a circle of `radius` pixels.
    pub fn mark(self, center: Point, radius: f64, ink: Ink) -> Mark {
        let polygon = |corners: &[Point]| {
            let at = |&(x, y): &Point| (center.0 + radius * x, center.1 + radius * y);
            Mark::Fill { points: corners.iter().map(at).collect(), ink, opacity: 1.0 }
        };
        match self {
            Self::Circle => Mark::Dot { center, radius, ink },
            Self::Triangle => polygon(&[(0.0, -1.25), (1.15, 0.9), (-1.15, 0.9)]),
            Self::Square => polygon(&[(-0.88, -0.88), (0.88, -0.88), (0.88, 0.88), (-0.88, 0.88)]),
            Self::Diamond => polygon(&[(0.0, -1.3), (1.2, 0.0), (0.0, 1.3), (-1.2, 0.0)]),
            Self::Wedge => polygon(&[(0.0, 1.25), (-1.15, -0.9), (1.15, -0.9)]),
            Self::Plus => {
                let (arm, half) = (1.2, 0.42);
                polygon(&[
                    (-half, -arm),
                    (half, -arm),
                    (half, -half),
                    (arm, -half),
                    (arm, half),
                    (half, half),
                    (half, arm),
                    (-half, arm),
                    (-half, half),
                    (-arm, half),
                    (-arm, -half),
                    (-half, -half),
                ])
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_position_has_a_dash_and_a_shape_of_its_own() {
        for i in 0..6 {
            assert!((0..i).all(|other| dash(other) != dash(i) && shape(other) != shape(i)), "{i}");
        }
        assert_eq!((dash(6), shape(7)), (SOLID, Shape::Triangle));
    }
}
