//! Writes every figure of one experiment as SVG, wide and narrow, with a page that shows them all:
//!
//! ```text
//! cargo run -p chart --example gallery -- [query] [step] [layer] [variant]
//! ```
//!
//! The query is that of a link, for example "steps=400&seeds=3"; the files are written to target/gallery/.

use chart::{Options, View, figures, svg};
use lab::{Experiment, Results};
use std::error::Error;
use std::fmt::Write;
use std::fs;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |i: usize| arguments.get(i).and_then(|text| text.parse::<usize>().ok());
    let (experiment, errors) = Experiment::from_query(arguments.first().map_or("", String::as_str));
    errors.iter().for_each(|error| eprintln!("{error}"));
    let view = View { step: number(1).map(|step| step as u32), layer: number(2), variant: number(3) };
    let results = Results::record(experiment, &folder::load(&folder::bundled())?)?;
    fs::create_dir_all("target/gallery")?;
    let mut page = String::from(
        "<!doctype html><meta name=color-scheme content='light dark'><style>body{font:14px system-ui}</style>",
    );
    for figure in figures() {
        let sheet = figure.sheet(&results, &view, &Options::default());
        write!(page, "<h3>{}</h3><p>{}</p>", figure.title(), chart::caption(figure))?;
        for (is_narrow, suffix) in [(false, ""), (true, "-narrow")] {
            let file = format!("{}{suffix}.svg", figure.key());
            fs::write(format!("target/gallery/{file}"), svg::render(&sheet, figure.size(is_narrow)))?;
            write!(page, "<img src={file}> ")?;
        }
        write!(page, "<p>{}</p>", figure.summary(&results, &view, &Options::default()))?;
    }
    fs::write("target/gallery/index.html", page)?;
    Ok(())
}
