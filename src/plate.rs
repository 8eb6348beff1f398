//! The living drawing of a figure: a canvas in the box of the recorded one. It is redrawn at most once a frame, only while
//! it is on the screen, at the screen's own resolution and in the page's colours; a pointer on it moves the crosshair.

use super::dom::matches_media;
use super::frame::once_a_frame;
use super::store::Pulse;
use super::view::{when_media_changes, when_resized, when_visible};
use chart::{Choice, Figure, Scale, Theme};
use lab::Experiment;
use leptos::prelude::*;
use leptos::web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, HtmlElement, PointerEvent};
use plotters::prelude::IntoDrawingArea;
use plotters_canvas::CanvasBackend;
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::JsCast;

/// Plotters has whole pixels: below this many to a CSS pixel, slanted lines would show steps.
const MIN_PIXEL_RATIO: f64 = 2.0;
/// Paper is light.
const DARK: &str = "screen and (prefers-color-scheme: dark)";

/// What a drawing is made from.
#[derive(Clone, Copy)]
pub struct Sources {
    pub figure: Figure,
    pub experiment: Signal<Experiment>,
    /// When the experiment is to be looked at again.
    pub pulse: Pulse,
    pub choice: RwSignal<Choice>,
}

impl Sources {
    /// Reads the experiment, now and whenever its pulse ticks.
    pub fn with<T>(self, read: impl FnOnce(&Experiment) -> T) -> T {
        self.pulse.get();
        self.experiment.with_untracked(read)
    }
}

/// Puts a canvas over the recorded drawing in `slot` as soon as the figure is alive, and keeps it up to date.
pub fn bring_to_life(sources: Sources, is_live: Memo<bool>, slot: &HtmlElement) {
    let canvas = document().create_element("canvas").ok().and_then(|element| element.dyn_into().ok());
    let Some::<HtmlCanvasElement>(canvas) = canvas else { return };
    _ = canvas.set_attribute("role", "img");
    _ = canvas.set_attribute("aria-label", sources.figure.title());
    let slot = slot.clone();
    Effect::new(move || {
        if is_live.get() && !slot.class_list().contains("live") {
            _ = slot.class_list().add_1("live");
            _ = slot.append_child(&canvas);
            keep_drawn(sources, &canvas);
            follow_pointer(sources, &canvas);
        }
    });
}

fn keep_drawn(sources: Sources, canvas: &HtmlCanvasElement) {
    let is_visible = Rc::new(Cell::new(false));
    let redraw = once_a_frame({
        let (is_visible, canvas) = (is_visible.clone(), canvas.clone());
        move || {
            if is_visible.get() {
                draw(sources, &canvas);
            }
        }
    });
    when_visible(canvas, {
        let redraw = redraw.clone();
        move |now| {
            is_visible.set(now);
            redraw();
        }
    });
    when_resized(canvas, redraw.clone());
    when_media_changes(DARK, redraw.clone());
    // A print takes what is there at once, on the screen or not.
    when_media_changes("print", {
        let canvas = canvas.clone();
        move || draw(sources, &canvas)
    });
    Effect::new(move || {
        sources.pulse.get();
        sources.choice.track();
        redraw();
    });
}

/// A drawing that fails leaves what was there before; there is nothing better to show.
fn draw(Sources { figure, experiment, choice, .. }: Sources, canvas: &HtmlCanvasElement) {
    let pixel_ratio = window().device_pixel_ratio().max(MIN_PIXEL_RATIO);
    let pixels = |length: i32| (f64::from(length) * pixel_ratio).round() as u32;
    let (width, height) = (pixels(canvas.client_width()), pixels(canvas.client_height()));
    if width == 0 || height == 0 {
        return;
    }
    if (canvas.width(), canvas.height()) != (width, height) {
        canvas.set_width(width);
        canvas.set_height(height);
    }
    let size = (canvas.client_width().into(), canvas.client_height().into());
    let theme = if matches_media(DARK) { &Theme::DARK } else { &Theme::LIGHT };
    if let Some(backend) = backend(canvas) {
        let area = backend.into_drawing_area();
        experiment.with_untracked(|experiment| {
            let sheet = figure.sheet(experiment, &choice.get_untracked());
            place_slider(canvas, figure.x_margins(&sheet, experiment, size));
            _ = sheet.draw(&area, theme, Scale::canvas(pixel_ratio));
        });
    }
}

/// Tells the style sheet where the slider begins and ends, so that its thumb stands under the crosshair.
fn place_slider(canvas: &HtmlCanvasElement, margins: Option<(f64, f64)>) {
    let figure = canvas.closest("figure").ok().flatten().and_then(|figure| figure.dyn_into::<HtmlElement>().ok());
    let Some(style) = figure.map(|figure| figure.style()) else { return };
    let [left, right] = match margins {
        Some((left, right)) => [left, right].map(|margin| format!("{margin}px")),
        // As wide as the figure.
        None => Default::default(),
    };
    _ = style.set_property("--axis-left", &left);
    _ = style.set_property("--axis-right", &right);
}

/// The canvas as plotters sees it, with round joins; None where the browser gives no 2d context.
fn backend(canvas: &HtmlCanvasElement) -> Option<CanvasBackend> {
    let context: CanvasRenderingContext2d = canvas.get_context("2d").ok()??.dyn_into().ok()?;
    context.set_line_join("round");
    CanvasBackend::with_canvas_object(canvas.clone())
}

fn follow_pointer(Sources { figure, experiment, choice, .. }: Sources, canvas: &HtmlCanvasElement) {
    let place = canvas.clone();
    let follow = wasm_bindgen::closure::Closure::<dyn Fn(PointerEvent)>::new(move |event: PointerEvent| {
        let size = (f64::from(place.client_width()), f64::from(place.client_height()));
        let pointer = (f64::from(event.offset_x()), f64::from(event.offset_y()));
        let at =
            experiment.with_untracked(|experiment| figure.x_at(experiment, &choice.get_untracked(), size, pointer));
        choice.update(|choice| choice.cursor = at);
    });
    for kind in ["pointermove", "pointerdown"] {
        _ = canvas.add_event_listener_with_callback(kind, follow.as_ref().unchecked_ref());
    }
    follow.forget();
}
