//! The live drawing of a figure: a canvas over the recorded drawing. It is redrawn at most once a frame, during a run only while it is on
//! the screen, at the screen's resolution and in the page's colors. A pointer on it moves the crosshair.

use super::dom::matches_media;
use super::figure::Sources;
use super::frame::once_a_frame;
use super::view::{listen, when_media_changes, when_resized, when_visible};
use chart::{Cursor, Theme};
use leptos::prelude::*;
use leptos::web_sys::{CanvasRenderingContext2d, Event, HtmlCanvasElement, HtmlElement, PointerEvent};
use plotters_canvas::CanvasBackend;
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::JsCast;

/// The least device pixels per CSS pixel. Plotters draws at whole pixels, so that slanted lines would show steps below this.
const MIN_PIXEL_RATIO: f64 = 2.0;
/// Print is always light.
const DARK: &str = "screen and (prefers-color-scheme: dark)";
/// Names the theme of a page that does not follow the reader's preference.
const THEME: &str = "data-theme";
/// The script page.js sends it to the window when the reader has chosen a theme.
const THEME_EVENT: &str = "theme";

/// Puts a canvas over the recorded drawing in `slot` as soon as the figure is live, and keeps it up to date. The recorded drawing
/// stays visible until the canvas has been painted.
pub fn make_live(sources: Sources, is_live: Memo<bool>, slot: &HtmlElement) {
    let canvas = document().create_element("canvas").ok().and_then(|element| element.dyn_into().ok());
    let Some::<HtmlCanvasElement>(canvas) = canvas else { return };
    _ = canvas.set_attribute("role", "img");
    _ = canvas.set_attribute("aria-label", &sources.figure.title());
    let slot = slot.clone();
    // The listeners must outlive this run of the effect, so they belong to the owner of the figure.
    let owner = Owner::current();
    Effect::new(move || {
        if is_live.get() && !slot.contains(Some(&canvas)) {
            _ = slot.append_child(&canvas);
            if let Some(owner) = &owner {
                owner.with(|| {
                    keep_drawn(sources, &canvas);
                    follow_pointer(sources, &canvas);
                });
            }
        }
    });
}

fn keep_drawn(sources: Sources, canvas: &HtmlCanvasElement) {
    let is_visible = Rc::new(Cell::new(false));
    let redraw = once_a_frame({
        let canvas = canvas.clone();
        move || draw(sources, &canvas)
    });
    let redraw_if_visible = {
        let (is_visible, redraw) = (is_visible.clone(), redraw.clone());
        move || {
            if is_visible.get() {
                redraw();
            }
        }
    };
    when_visible(canvas, {
        let redraw = redraw_if_visible.clone();
        move |now| {
            is_visible.set(now);
            redraw();
        }
    });
    when_resized(canvas, redraw_if_visible.clone());
    when_media_changes(DARK, redraw.clone());
    listen(&window(), THEME_EVENT, {
        let redraw = redraw.clone();
        move |_: Event| redraw()
    });
    // A print needs every figure at once, on the screen or not.
    when_media_changes("print", {
        let canvas = canvas.clone();
        move || draw(sources, &canvas)
    });
    // Off the screen the pulse changes at the end of a run, so a capture of the whole page shows it. A figure of measurements that becomes
    // live has one sample only: off the screen its recorded drawing stays until then.
    Effect::new(move |was_drawn: Option<()>| {
        sources.pulse.get();
        if was_drawn.is_some() || !sources.figure.is_measured() {
            redraw();
        }
    });
    Effect::new(move || {
        sources.view.track();
        sources.options.track();
        redraw_if_visible();
    });
}

/// Draws the figure. If that fails, the previous drawing stays.
fn draw(sources: Sources, canvas: &HtmlCanvasElement) {
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
    let theme = if is_dark() { &Theme::DARK } else { &Theme::LIGHT };
    if let Some(mut backend) = backend(canvas) {
        sources.with_untracked(|figure, results, view, options| {
            let sheet = figure.sheet(results, view, options);
            place_slider(canvas, figure.x_margins(&sheet, results, size));
            if sheet.draw(&mut backend, theme, pixel_ratio).is_ok()
                && let Some(slot) = canvas.parent_element()
            {
                _ = slot.class_list().add_1("live");
            }
        });
    }
}

/// Whether the page is dark.
pub fn is_dark() -> bool {
    match document().document_element().and_then(|root| root.get_attribute(THEME)).as_deref() {
        Some("light") => false,
        Some("dark") => !matches_media("print"),
        _ => matches_media(DARK),
    }
}

/// Sets the margins of the slider in the style sheet, so that its thumb is under the crosshair.
fn place_slider(canvas: &HtmlCanvasElement, margins: Option<(f64, f64)>) {
    let figure = canvas.closest("figure").ok().flatten().and_then(|figure| figure.dyn_into::<HtmlElement>().ok());
    let Some(style) = figure.map(|figure| figure.style()) else { return };
    let [left, right] = match margins {
        Some((left, right)) => [left, right].map(|margin| format!("{margin}px")),
        // The slider is as wide as the figure.
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

/// A pointer moves the crosshair. A press also selects the layer and the variant under the pointer, or drags a mark.
fn follow_pointer(sources: Sources, canvas: &HtmlCanvasElement) {
    for kind in ["pointermove", "pointerdown"] {
        let place = canvas.clone();
        listen(canvas, kind, move |event: PointerEvent| {
            let size = (f64::from(place.client_width()), f64::from(place.client_height()));
            let pointer = (f64::from(event.offset_x()), f64::from(event.offset_y()));
            let pick = sources
                .with_untracked(|figure, results, view, options| figure.pick(results, view, options, size, pointer));
            // A finger scrolls the page.
            if event.buttons() == 1 && event.pointer_type() != "touch" {
                let dragged = sources.with_untracked(|figure, results, view, options| {
                    figure.drag(results, view, options, size, pointer)
                });
                if let Some(options) = dragged {
                    return sources.set_options(options);
                }
            }
            let Some(pick) = pick else { return };
            if sources.figure.cursor() != Cursor::Slider {
                sources.set_cursor(pick.x);
            }
            if kind == "pointerdown" {
                // A press on nothing in particular ends the highlight.
                sources.update_view(|view| (view.layer, view.variant) = (pick.layer, pick.variant));
            }
        });
    }
}
