//! The markup of what the program of files does; the live page adds only listeners, so that texts add nothing to the WebAssembly.

use export::Format;
use maud::{Markup, html};

/// The program, as Trunk builds it. It is fetched when a reader first needs it.
const SCRIPT: &str = "files.js";
const WASM: &str = "files_bg.wasm";
/// The script that finds the files in dropped folders.
const DROP: &str = "drop.js";

/// Names the program for a page; `index.html` has the same. `root` leads to the folder of `index.html`.
pub fn head(root: &str) -> Markup {
    html! { meta name="files" data-script={ (root) (SCRIPT) } data-wasm={ (root) (WASM) }; }
}

/// The buttons of every figure's menu.
pub fn menu() -> Markup {
    let button = |act: &str, label: &str, help: Option<&str>| {
        html! { button type="button" data-act=(act) title=[help] { (label) } }
    };
    html! {
        template data-menu {
            div.controls {
                (button("link", "Copy link", Some("To this experiment and this view")))
                (button("element", "Copy embed code", Some("For pages that allow scripts")))
                (button("frame", "Copy iframe", Some("For pages that allow frames only")))
            }
            div.controls {
                (button("svg", "SVG", Some("The drawing, for every size")))
                (button("png", "PNG", Some("The drawing in pixels")))
                (button("png3", "PNG 3×", Some("The drawing in three times as many pixels, for print")))
                (button("csv", "CSV", Some("The numbers")))
            }
            (report())
        }
        "\n"
    }
}

/// The place where jobs speak.
fn report() -> Markup {
    html! {
        div.report {
            p role="status" {}
            button type="button" hidden { "Cancel" }
            textarea readonly rows="3" aria-label="Text to copy" hidden {}
        }
    }
}

/// A button for each format, disabled until the page is live.
pub fn saves() -> Markup {
    html! {
        details.files data-slot="saves" {
            summary { "Save results" }
            p { "The runs are trained again, with the same results, and everything that was measured is saved." }
            div.formats {
                @for format in Format::ALL {
                    button type="button" data-format=(format.key()) disabled { (format.label()) }
                    span { (format.help()) }
                }
            }
            (report())
        }
    }
}

/// Inputs for the reader's own images, and the place where the page says that they are in use. `root` leads to the folder of
/// `index.html`.
pub fn images(root: &str) -> Markup {
    html! {
        script src={ (root) (DROP) } async {}
        details.files data-slot="images" {
            summary { "Use your own images" }
            p {
                "Nothing is uploaded. Choose IDX files, as of MNIST or Fashion-MNIST, or PNG, JPEG, GIF or BMP images in a folder for each "
                "class, or a zip of either, or drop files or a folder here. Images become 28\u{a0}×\u{a0}28 gray pixels."
            }
            div.controls {
                label { span { "Files or a zip" } input type="file" multiple disabled; }
                label { span { "A folder" } input type="file" webkitdirectory disabled; }
            }
            (report())
        }
        div.in-use data-slot="own" {
            div role="status" { b {} p {} }
            button type="button" hidden { "Back to the bundled digits" }
        }
    }
}
