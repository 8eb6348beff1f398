//! The markup of figures, tables and the panel, as the page's live part expects to find it.
//!
//! Each has slots (`data-slot`) that the live page fills. Slots that hold nothing without JavaScript take their
//! space only where scripting is on, which is the style sheet's business.

use super::{Recording, escape, recipe, unbroken};
use lab::{Scenario, finding::When, log};

/// What is known of a figure before it is placed.
#[derive(Debug)]
pub struct Plate {
    pub name: &'static str,
    pub title: &'static str,
    pub caption: &'static str,
    /// Whether it shows a run: then it says whose.
    pub is_measured: bool,
    /// CSS class: `column`, `wide` or `page`.
    pub width: &'static str,
    /// The figure in words.
    pub summary: String,
    /// The data as an HTML table.
    pub table: String,
    /// Width and height in CSS pixels.
    pub wide: (u32, u32),
    pub narrow: (u32, u32),
}

impl Plate {
    fn html(&self, number: u32) -> String {
        let Self { name, width, table, wide, narrow, .. } = self;
        let (title, caption, summary) = (escape(self.title), escape(&unbroken(self.caption)), escape(&self.summary));
        let tag = if self.is_measured { r#" <span class="tag" data-slot="tag">recorded</span>"# } else { "" };
        format!(
            r#"<figure class="figure {width}" id="figure-{name}" data-figure="{name}">
<div class="controls" data-slot="controls"></div>
<div class="plate" data-slot="plate"><picture><source media="(max-width: 600px)" srcset="figures/{name}-narrow.svg" width="{}" height="{}"><img src="figures/{name}.svg" width="{}" height="{}" alt="{title}" loading="lazy"></picture></div>
<div class="readout" data-slot="readout"></div>
<figcaption><b>Figure {number}. {title}.</b> {caption}{tag}</figcaption>
<p class="summary" data-slot="summary">{summary}</p>
<details class="numbers"><summary>The numbers</summary><div data-slot="table" role="group" aria-label="Data of figure {number}" tabindex="0">{table}</div></details>
</figure>
"#,
            narrow.0, narrow.1, wide.0, wide.1
        )
    }
}

/// Everything that the article can place.
#[derive(Debug)]
pub struct Plates<'a> {
    pub figures: Vec<Plate>,
    pub recording: &'a Recording,
}

impl Plates<'_> {
    /// Names as the article writes them, for example `figure:accuracy`.
    pub fn places(&self) -> impl Iterator<Item = String> {
        let figures = self.figures.iter().map(|plate| format!("figure:{}", plate.name));
        figures.chain(["table:ratios".to_owned(), "panel:experiment".to_owned()])
    }

    /// The markup of one place; `number` counts figures and tables apart.
    pub fn html(&self, place: &str, number: u32) -> Result<String, String> {
        let figure = |name| self.figures.iter().find(|plate| plate.name == name);
        match place.split_once(':') {
            Some(("table", "ratios")) => ratios(self.recording, number),
            Some(("panel", "experiment")) => panel(self.recording),
            Some(("figure", name)) if let Some(plate) = figure(name) => Ok(plate.html(number)),
            _ => Err(format!("there is no `{place}`; there are {}", self.places().collect::<Vec<_>>().join(", "))),
        }
    }
}

/// A group of the table's rows: what is divided, the finding's name, the two layers, the tutorial's numbers.
const RATIOS: [(&str, &str, &str, [&str; 3]); 3] = [
    ("Gradient, layer 6 to layer 1", "ratio", "6.1", ["30", "about the same as leaky", "6"]),
    ("Gradient, layer 6 to layer 2", "ratio", "6.2", ["–", "–", "–"]),
    ("Error δ, layer 6 to layer 1", "delta_ratio", "6.1", ["–", "–", "–"]),
];

/// The table of ratios. Its cells are findings, filled and refreshed as those of the prose are.
fn ratios(recording: &Recording, number: u32) -> Result<String, String> {
    let mut rows = String::new();
    for (title, ratio, layers, tutorial) in RATIOS {
        rows += &format!("<tbody>\n<tr><th colspan=\"5\" scope=\"rowgroup\">{title}</th></tr>\n");
        for (scenario, tutorial) in Scenario::ALL.into_iter().zip(tutorial) {
            let (key, label) = (scenario.key(), scenario.label());
            rows += &format!("<tr><th scope=\"row\"><span class=\"series {key}\">{label}</span></th>");
            for when in When::ALL {
                let cell = recording.measured(&format!("{ratio}.{key}.{layers}.{}", when.key()))?;
                rows += &format!("<td>{cell}</td>");
            }
            rows += &format!("<td>{tutorial}</td></tr>\n");
        }
        rows += "</tbody>\n";
    }
    let seed = recording.experiment.plan.seed;
    let moments: String = When::ALL.map(|when| format!("<th scope=\"col\">{}</th>", when.label())).concat();
    Ok(format!(
        r#"<figure class="figure column" id="table-ratios" data-table="ratios">
<figcaption id="table-ratios-title"><b>Table {number}. How far the means shrink.</b> A number above 1 says that layer 6 has the larger mean. Compare a row’s three moments, then the first group with the second. <span class="tag" data-slot="tag" data-run-tag>recorded, seed {seed}</span></figcaption>
<div class="table" role="group" aria-labelledby="table-ratios-title" tabindex="0">
<table>
<thead><tr><th scope="col">ratio of means</th>{moments}<th scope="col">tutorial</th></tr></thead>
{rows}</table>
</div>
</figure>
"#
    ))
}

/// The experiment with the recorded run in it; the live page puts its controls, its progress and its log in the slots.
fn panel(recording: &Recording) -> Result<String, String> {
    let mut runs = String::new();
    for scenario in Scenario::ALL {
        runs += &run(recording, scenario)?;
    }
    let log = escape(&log::lines(&recording.experiment).join("\n"));
    Ok(format!(
        r#"<div class="panel wide" id="panel-experiment" data-panel="experiment" role="group" aria-label="The experiment">
<p class="guard" id="guard" role="status"></p>
<noscript><p>Your browser has JavaScript switched off, so you see a recorded run. With JavaScript the three networks train here, and every figure and number follows them.</p></noscript>
<div class="controls" data-slot="controls"></div>
{}<div class="runs" data-slot="progress">
{runs}</div>
<div class="log" data-slot="log" role="group" aria-label="Log" tabindex="0"><pre>{log}</pre></div>
</div>
"#,
        recipe::form()
    ))
}

/// One scenario's column, with the rows that the live page has too; a recorded run has no clock.
fn run(recording: &Recording, scenario: Scenario) -> Result<String, String> {
    let (key, label) = (scenario.key(), scenario.label());
    let history = recording.experiment.run(scenario);
    let steps = recording.measured("steps")?;
    let fingerprint = history.outcome.map_or("–".into(), |outcome| format!("{:016x}", outcome.fingerprint));
    let rows = [
        ("step", format!("{steps} of {steps}")),
        ("steps per second", "–".into()),
        ("elapsed", "–".into()),
        ("of which computing", "–".into()),
        ("training digits right", recording.measured(&format!("train_accuracy.{key}"))?),
        ("held-out digits right", recording.measured(&format!("held_out_accuracy.{key}"))?),
        ("fingerprint", fingerprint),
    ];
    let rows = rows.map(|(term, value)| format!("<div><dt>{term}</dt><dd>{value}</dd></div>\n")).concat();
    Ok(format!(
        r#"<div class="run {key}">
<h3><span class="series {key}">{label}</span></h3>
<p class="status">recorded</p>
<progress value="{0}" max="{0}" aria-label="{label}, steps taken"></progress>
<dl>
{rows}</dl>
</div>
"#,
        history.steps
    ))
}
