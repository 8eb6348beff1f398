//! Marks on a plotters backend that records its calls.

use super::*;
use crate::Theme;
use crate::theme::Ink;
use plotters_backend::text_anchor::HPos;
use plotters_backend::{BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind};
use std::convert::Infallible;

/// A size in device pixels, and a line for each call.
struct Notes<'a>((u32, u32), &'a mut Vec<String>);

type Done = Result<(), DrawingErrorKind<Infallible>>;

impl Notes<'_> {
    fn note(&mut self, what: String, color: BackendColor) -> Done {
        let (r, g, b) = color.rgb;
        self.1.push(format!("{what} #{r:02x}{g:02x}{b:02x} {}", color.alpha));
        Ok(())
    }
}

impl DrawingBackend for Notes<'_> {
    type ErrorType = Infallible;

    fn get_size(&self) -> (u32, u32) {
        self.0
    }

    fn ensure_prepared(&mut self) -> Done {
        Ok(())
    }

    fn present(&mut self) -> Done {
        Ok(())
    }

    fn draw_pixel(&mut self, at: BackendCoord, color: BackendColor) -> Done {
        self.note(format!("pixel {at:?}"), color)
    }

    fn draw_rect<S: BackendStyle>(&mut self, from: BackendCoord, to: BackendCoord, style: &S, fill: bool) -> Done {
        self.note(format!("rect {from:?} {to:?} {fill}"), style.color())
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(&mut self, path: I, style: &S) -> Done {
        let path: Vec<BackendCoord> = path.into_iter().collect();
        self.note(format!("path {path:?} {}", style.stroke_width()), style.color())
    }

    fn draw_circle<S: BackendStyle>(&mut self, center: BackendCoord, radius: u32, style: &S, fill: bool) -> Done {
        self.note(format!("circle {center:?} {radius} {fill}"), style.color())
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(&mut self, corners: I, style: &S) -> Done {
        let corners: Vec<BackendCoord> = corners.into_iter().collect();
        self.note(format!("polygon {corners:?}"), style.color())
    }

    fn draw_text<T: BackendTextStyle>(&mut self, text: &str, style: &T, at: BackendCoord) -> Done {
        let place = match style.anchor().h_pos {
            HPos::Left => "left",
            HPos::Center => "center",
            HPos::Right => "right",
        };
        self.note(format!("text {text} {at:?} {} {place} {}", style.size(), style.style().as_str()), style.color())
    }
}

fn notes(marks: &[Mark], theme: &Theme, scale: f64) -> Vec<String> {
    let mut notes = Vec::new();
    let size = (100.0 * scale) as u32;
    crate::paint::paint(marks, &mut Notes((size, size), &mut notes), theme, scale).unwrap();
    notes
}

#[test]
fn each_mark_is_one_call_in_device_pixels() {
    use crate::mark::{Align, Text};
    let text =
        Text { text: "x".into(), at: (8.0, 9.0), align: Align::Right, size: 12.0, is_bold: true, ink: Ink::Text };
    let marks = [
        Mark::Line { points: vec![(1.0, 2.0), (3.25, 4.0)], width: 1.0, ink: Ink::Series(0) },
        Mark::Fill { points: vec![(1.0, 2.0), (3.0, 4.0), (5.0, 2.0)], ink: Ink::Series(1), opacity: 0.25 },
        Mark::Rect { from: (1.0, 2.0), to: (3.0, 4.0), ink: Ink::Heat(1.0) },
        Mark::Dot { center: (5.0, 6.0), radius: 4.0, ink: Ink::Muted },
        Mark::Text(text),
    ];
    let calls = notes(&marks, &Theme::LIGHT, 2.0);
    assert!(calls[0].starts_with("rect (0, 0)") && calls[0].contains("#ffffff"), "the paper: {}", calls[0]);
    assert_eq!(calls[1], "path [(2, 4), (7, 8)] 2 #0072b2 1");
    assert_eq!(calls[2], "polygon [(2, 4), (6, 8), (10, 4)] #c24e00 0.25");
    assert_eq!(calls[3], "rect (2, 4) (6, 8) true #fee825 1");
    assert_eq!(calls[4], "circle (10, 12) 8 true #59626d 1");
    assert_eq!(calls[5], "text x (16, 18) 24 right bold #1b1f24 1");
    assert_eq!(calls.len(), 6);
}

/// Whole figures through [`Sheet::draw`](crate::Sheet::draw): light and dark differ only in color.
#[test]
fn light_and_dark_are_the_same_drawing() {
    for figure in figures() {
        let sheet = figure.sheet(&TUTORIAL, &View { step: Some(500), ..View::default() }, &Options::default());
        let (width, height) = figure.size(true);
        let drawn = |theme: &Theme| {
            let mut notes = Vec::new();
            sheet.draw(&mut Notes((2 * width, 2 * height), &mut notes), theme, 2.0).unwrap();
            notes
        };
        let (light, dark) = (drawn(&Theme::LIGHT), drawn(&Theme::DARK));
        let uncolored = |calls: &[String]| -> Vec<String> {
            calls.iter().map(|call| call.rsplit_once('#').map_or(call.clone(), |(what, _)| what.into())).collect()
        };
        assert!(light != dark && uncolored(&light) == uncolored(&dark), "{}", figure.key());
        assert_eq!(light.len(), 1 + sheet.marks((width.into(), height.into())).len(), "{}", figure.key());
    }
}
