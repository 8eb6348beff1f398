//! Drawings as SVG files.

use super::*;
use crate::svg::render;

fn svg(key: &str, results: &Results) -> String {
    render(&sheet(key, results), figure(key).size(false))
}

#[test]
fn a_file_has_its_size_and_every_color_in_light_and_dark() {
    let svg = svg("accuracy", &TUTORIAL);
    assert!(
        svg.starts_with(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"960\" height=\"480\" viewBox=\"0 0 960 480\""
        )
    );
    assert!(svg.contains("stroke-linejoin=\"round\"") && svg.contains("font-family=\"system-ui, sans-serif\""));
    let (style, drawing) = svg.split_once("</style>").unwrap();
    let n_classes = style.matches(".c").count();
    assert!(n_classes >= 8 && style.contains("@media(prefers-color-scheme:dark)"));
    assert_eq!(style.matches("{stroke:#56b4e9}").count(), 1, "the blue of dark pages");
    assert!(drawing.contains("stroke=\"#0072b2\"") && !drawing.contains("#56b4e9") && !svg.contains("var("));
    for i in 0..n_classes {
        assert!(drawing.contains(&format!("class=\"c{i}\"")), "class {i} is used");
    }
}

#[test]
fn every_figure_becomes_a_well_formed_file_with_short_numbers() {
    for (name, results) in ALL.iter() {
        for figure in figures().filter(|figure| figure.is_measured() || *name == "empty") {
            let svg = render(&figure.sheet(results, &View::default(), &Options::default()), figure.size(true));
            assert!(!svg.contains("NaN") && !svg.contains("inf"), "{} of {name}", figure.key());
            for path in svg.split(" d=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
                let numbers = path.split(|c: char| !c.is_ascii_digit() && c != '.').filter(|text| !text.is_empty());
                for number in numbers {
                    let decimals = number.split_once('.').map_or(0, |(_, decimals)| decimals.len());
                    assert!(decimals <= 2 && number.parse::<f64>().is_ok(), "{number} in {} of {name}", figure.key());
                }
            }
            for element in ["path", "text", "circle", "rect"] {
                let opened = svg.matches(&format!("<{element} ")).count();
                let closed = if element == "text" { svg.matches("</text>").count() } else { opened };
                assert_eq!(opened, closed, "{} of {name}", figure.key());
            }
        }
    }
}

#[test]
fn strokes_of_one_style_are_one_path() {
    let svg = svg("loss", &TUTORIAL);
    let dashed = svg.lines().filter(|line| line.matches('M').count() > 30).count();
    assert!((2..=6).contains(&dashed), "two dashed lines and a guide: {dashed}");
    assert!(self::svg("gradient-map", &TUTORIAL).lines().count() < 400);
}

#[test]
fn names_are_escaped() {
    let svg = svg("loss", &SIX);
    assert!(svg.contains("&lt;a&gt;&amp;b with") && !svg.contains("<a>"), "the reader's own name");
}

#[test]
fn a_document_has_its_title_its_caption_and_its_source_in_plain_colors() {
    let source = ["seed=1&run=<b>".to_owned(), "fingerprint 1-00000000000000ab".to_owned()];
    let (view, options) = (View::default(), Options::default());
    for figure in figures() {
        let svg = crate::document::svg(figure, &TUTORIAL, &view, &options, &source, crate::Palette::Light);
        assert!(svg.contains(&format!("font-weight=\"bold\" fill=\"#1b1f24\">{}", figure.title())), "{}", figure.key());
        assert!(svg.contains("seed=1&amp;run=&lt;b&gt;</text>") && svg.contains("fingerprint 1-00000000000000ab"));
        assert!(svg.contains("<desc>") && !svg.contains("var(--") && !svg.contains("<style"), "{}", figure.key());
        let words: Vec<String> = crate::caption(figure).split(' ').map(|word| word.replace('&', "&amp;")).collect();
        assert!(words.iter().all(|word| svg.contains(word)), "{}", figure.key());
    }
}
