//! The press on the real article, template and digits.

use super::*;
use std::collections::BTreeSet;
use std::sync::LazyLock;

static ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
static TEMPLATE: &str = include_str!("../../../index.html");
static RECORDING: LazyLock<Recording> =
    LazyLock::new(|| Recording::make(&Path::new(ROOT).join("static/mnist")).unwrap());
static PAGE: LazyLock<String> =
    LazyLock::new(|| set_page(&Path::new(ROOT).join("article"), TEMPLATE, &RECORDING).unwrap().0);

/// Sets one section and returns its HTML or the error's sentence.
fn set(source: &str) -> Result<String, String> {
    let section = Setter::new(&RECORDING).set(Path::new("article/03-sigmoid.md"), source);
    section.map(|section| section.html().into_string()).map_err(|error| error.to_string())
}

/// The values of an attribute in the order of the page.
fn values<'a>(html: &'a str, attribute: &str) -> Vec<&'a str> {
    let start = format!(" {attribute}=\"");
    html.split(&start).skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

#[test]
fn all_eleven_sections_and_all_seven_equations_are_there() {
    assert_eq!(PAGE.matches("<section ").count(), 13, "eleven sections, the references and the glossary");
    for number in 1..=7 {
        let (_, equation) = PAGE.split_once(&format!("id=\"equation-{number}\"")).unwrap();
        assert!(equation.find("<math display=\"block\">") < equation.find("</div>"), "equation {number}");
    }
    assert!(!PAGE.contains("merror") && !PAGE.contains("$"), "TeX that was not set");
}

#[test]
fn no_number_is_torn_from_what_belongs_to_it() {
    for torn in [" %", " × ", "ln 10"] {
        let before = PAGE.find(torn).map(|at| &PAGE[PAGE.floor_char_boundary(at.saturating_sub(80))..at]);
        assert_eq!(before, None, "before “{torn}”");
    }
    assert!(PAGE.contains("81\u{a0}%") && PAGE.contains("4\u{a0}×\u{a0}10⁻⁶"));
    let embeds = embed::presets(BUILT, &RECORDING).unwrap();
    let (_, embed) = embeds.iter().find(|(path, _)| path == "embed/gradient-first.html").unwrap();
    assert!(embed.contains("The mean of |\u{2060}∂C/\u{2060}∂W| over all weights"), "the caption");
}

#[test]
fn nothing_on_the_page_is_inline() {
    for forbidden in ["<style", " style=", " onclick=", " onload=", "javascript:"] {
        assert!(!PAGE.contains(forbidden), "{forbidden}");
    }
    for element in PAGE.split("<script").skip(1) {
        assert!(element.starts_with(" src=\"") && element.contains("></script>"), "<script{element}");
    }
    let policy = values(&PAGE, "content")[0];
    assert!(policy.contains("script-src 'self' 'wasm-unsafe-eval'") && !policy.contains("unsafe-inline"), "{policy}");
}

#[test]
fn every_local_link_and_label_leads_to_one_element() {
    let ids = values(&PAGE, "id");
    let known: BTreeSet<_> = ids.iter().copied().collect();
    assert_eq!(ids.len(), known.len(), "ids are unique");
    let links = values(&PAGE, "href").into_iter().filter_map(|link| link.strip_prefix('#'));
    for id in links.chain(values(&PAGE, "aria-labelledby")) {
        assert!(known.contains(id), "#{id}");
    }
    // A <base> would turn `#log` into `./#log`: a link that drops the settings in the query and loads the page anew.
    assert!(!PAGE.contains("<base"));
}

#[test]
fn every_element_is_closed_in_its_turn() {
    let mut open: Vec<&str> = Vec::new();
    for tag in PAGE.split('<').skip(1).filter(|tag| !tag.starts_with('!')) {
        let name = tag.split(|c: char| c.is_whitespace() || c == '>').next().unwrap();
        match name.strip_prefix('/') {
            Some(name) => assert_eq!(open.pop(), Some(name), "…<{tag}"),
            None if ["base", "meta", "link", "img", "source", "input", "br", "mspace"].contains(&name) => {}
            None => open.push(name),
        }
    }
    assert_eq!(open, Vec::<&str>::new());
}

#[test]
fn what_cannot_be_set_names_its_file() {
    let sentence = |body: &str| set(&format!("## Sigmoid\n\n{body}\n")).unwrap_err();
    for (body, named) in [
        ("A factor of {{ratio.sigmoid.6.9.logs}}.", "ratio.sigmoid.6.9.logs"),
        ("A factor of {{seed.", "}}"),
        ("![](figure:nothing)", "figure:nothing"),
        ("![](panel:experiment)\n\n![](panel:experiment)", "placed twice"),
        ("![A caption.](panel:experiment)", "has no caption"),
        ("![See.[^a]](figure:accuracy)\n\n[^a]: Note.", "`![See.` opens no image"),
        ("Text ![](figure:accuracy) text.", "alone in its paragraph"),
        ("$$\\frac{1$$", "braces"),
        ("The slope $\\slope$.", "\\slope"),
        ("Text.[^a]\n\nText.[^a]\n\n[^a]: Note.", "[^a]"),
        ("Text.\n\n[^a]: Note.", "[^a]"),
        (
            "[Swish](mark:swish)",
            "`mark:swish` names no mark of the figures; there are sigmoid, relu, leaky-relu and layer-1 to layer-6",
        ),
        ("[layer 7](mark:layer-7)", "`mark:layer-7` names no mark"),
        ("[layer 0](mark:layer-0)", "`mark:layer-0` names no mark"),
        ("![Numbers.](numbers:delta)", "`numbers:delta` is no formula; there are gradient, slopes, product"),
        ("![](numbers:slopes)", "needs a caption"),
    ] {
        let sentence = sentence(body);
        assert!(sentence.starts_with("article/03-sigmoid.md: ") && sentence.contains(named), "{sentence}");
    }
    assert!(set("Text.").unwrap_err().contains("`## Title`"));
}

#[test]
fn words_name_marks_of_the_figures() {
    let html = set("## Sigmoid\n\n[ReLU’s *line*](mark:relu) in [layer 4](mark:layer-4), [a link](#a).").unwrap();
    let expected = "<p><span class=\"series-1\" data-mark=\"relu\">ReLU’s <em>line</em></span> in \
                    <span class=\"layer layer-4\" data-mark=\"layer-4\">layer 4</span>, <a href=\"#a\">a link</a>.</p>";
    assert!(html.contains(expected), "{html}");
    let n_words = PAGE.matches(" data-mark=\"").count();
    assert!((15..=25).contains(&n_words), "{n_words} words; more would be noise");
}

#[test]
fn formulas_have_the_recorded_numbers_before_training() {
    let html = set("## Sigmoid\n\n![What they are.](numbers:slopes)").unwrap();
    assert!(
        html.contains("<details class=\"substitution\" data-numbers=\"slopes\"><summary>With numbers</summary>"),
        "{html}"
    );
    // The factors have three figures, the product two: 0.235 · 0.238 · 0.234 · 0.240 · 0.234 is 7.35 × 10⁻⁴.
    let line = "sigmoid</span><p>0.235 · 0.238 · 0.234 · 0.240 · 0.234 =\u{a0}7.4\u{a0}×\u{a0}10⁻⁴</p>";
    assert!(html.replace("\u{a0}· ", " · ").contains(line), "{html}");
    assert!(html.contains("before training, recorded, seed 1") && html.contains("<p>What they are.</p>"), "{html}");
    for formula in lab::experiment::substitution::Formula::ALL {
        assert!(PAGE.contains(&format!("data-numbers=\"{}\"", formula.key())), "{formula:?}");
    }
}

#[test]
fn a_figure_that_no_article_places_is_an_error() {
    let error = Setter::new(&RECORDING).finish().unwrap_err().to_string();
    assert!(error.contains("no article places `figure:"), "{error}");
}

#[test]
fn a_measured_number_carries_its_key_and_its_value() {
    let html = set("## Sigmoid\n\nAfter {{steps}} steps.").unwrap();
    let number = "<data class=\"measured\" translate=\"no\" data-finding=\"steps\" value=\"2500\">2,500</data>";
    assert!(html.contains(number), "{html}");
}

#[test]
fn prose_and_table_say_whose_run_they_quote() {
    let html = set("## Sigmoid\n\nA factor of {{ratio.relu.6.1.logs}}. {{run}}").unwrap();
    assert!(html.contains("<span class=\"tag\" data-run-tag>recorded, seed 1</span></p>"), "{html}");
    let outside = PAGE.split("<fieldset ").map(|part| part.split("</fieldset>").last().unwrap());
    let tags: usize = outside.map(|part| part.matches(" data-run-tag>recorded, seed 1</span>").count()).sum();
    assert_eq!(tags, 3, "sections 9 and 10, the table");
}

#[test]
fn text_in_the_brackets_of_an_image_replaces_the_caption() {
    let caption = |image: &str| {
        let html = set(&format!("## Sigmoid\n\n{image}\n")).unwrap();
        let html = html.split("<figcaption").nth(1).unwrap().split("</figcaption>").next().unwrap();
        html.split("<span data-slot=\"own-caption\"").next().unwrap().to_owned()
    };
    let html = caption("![See *how* $f$ climbs: {{steps}} & 0.5 %. It is *slow.* Wait.](figure:accuracy)");
    assert!(html.contains(">Figure 1. <span data-slot=\"caption\"><b>See <em>how</em> <math"), "{html}");
    assert!(html.ends_with("2,500</data> &amp; 0.5\u{a0}%.</b> It is <em>slow.</em> Wait.</span>"), "{html}");
    assert!(caption("![No more](figure:accuracy)").ends_with("<b>No more</b></span>"));
    assert!(caption("![See.](table:ratios)").contains("</b> <span data-slot=\"caption\">See.</span>"));
}

#[test]
fn a_figure_before_the_first_title_opens_the_page() {
    let mut setter = Setter::new(&RECORDING);
    let file = Path::new("article/01-problem.md");
    let section = setter.set(file, "![](figure:loss)\n\n## The problem\n\nText.").unwrap();
    assert!(!section.html().into_string().contains("figure-loss"));
    let later = setter.set(file, "![](figure:accuracy)\n\n## Sigmoid").unwrap_err().to_string();
    assert!(later.contains("`## Title`"), "{later}");
    let page = fill(TEMPLATE, &setter.opening(), &[section]).unwrap();
    let header = page.split("<header").nth(1).and_then(|rest| rest.split("</header>").next()).unwrap();
    assert!(header.contains("id=\"figure-loss\""), "{header}");
}

#[test]
fn two_figures_in_one_paragraph_stand_side_by_side() {
    let html = set("## Sigmoid\n\n![](figure:loss)\n![](figure:accuracy)\n\n![](figure:relu)").unwrap();
    let (pair, alone) =
        html.split_once("<div class=\"pair\">").and_then(|(_, rest)| rest.split_once("</figure>\n</div>")).unwrap();
    assert!(pair.contains("figures/loss-half.svg") && pair.contains("figures/accuracy-half.svg"), "{pair}");
    assert!(alone.contains("figures/relu.svg") && !alone.contains("-half"), "{alone}");
}

/// The panel has a card for each run, and the table a row in each group for each variant.
#[test]
fn runs_are_styled_by_the_place_of_their_variant() {
    for (variant, label) in RECORDING.results.experiment.labels().iter().enumerate() {
        let name = format!("<span class=\"series series-{variant}\">{label}</span>");
        assert_eq!(PAGE.matches(&format!("<th scope=\"row\">{name}")).count(), 3, "{name}");
        let card =
            format!("<div class=\"run series-{variant}\" data-slot=\"run\" data-variant=\"{variant}\"><h3>{name}</h3>");
        assert_eq!(PAGE.matches(&card).count(), 1, "{card}");
    }
    let fingerprint = RECORDING.results.runs[2].outcome().unwrap().fingerprint;
    assert!(PAGE.contains(&format!("<div><dt>fingerprint</dt><dd>{fingerprint:016x}</dd></div>")));
    let table = PAGE.split(" id=\"table-ratios\"").nth(1).and_then(|rest| rest.split("</figure>").next()).unwrap();
    for tutorial in ["<td>30</td>", "<td>as leaky</td>", "<td>6</td>"] {
        assert_eq!(table.matches(tutorial).count(), 1, "{tutorial}");
    }
}

#[test]
fn the_card_and_the_icons_have_the_sizes_that_their_readers_require() {
    let folder = std::env::temp_dir().join(format!("press-images-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    images::write_all(Path::new(ROOT), &folder, &RECORDING).unwrap();
    let size = |name: &str| {
        let png = fs::read(folder.join(name)).unwrap();
        let number = |at: usize| u32::from_be_bytes(png[at..at + 4].try_into().unwrap());
        (number(16), number(20))
    };
    for (name, expected) in [
        ("card.png", (1200, 630)),
        ("icons/icon-192.png", (192, 192)),
        ("icons/icon-512.png", (512, 512)),
        ("icons/icon-maskable-512.png", (512, 512)),
    ] {
        assert_eq!(size(name), expected, "{name}");
    }
    fs::remove_dir_all(folder).unwrap();
}

/// What Trunk writes into the head of the main page.
const BUILT: &str = "<link rel=\"icon\" href=\"./icon.svg\"><link rel=\"stylesheet\" href=\"./figure.css\">\
                     <link rel=\"stylesheet\" href=\"./style.css\">\
                     <link rel=\"modulepreload\" href=\"./app.js\"><link rel=\"preload\" href=\"./app_bg.wasm\">";

#[test]
fn the_page_of_a_figure_names_the_files_of_the_folder_above_it() {
    let presets = embed::presets(BUILT, &RECORDING).unwrap();
    assert_eq!(presets.len(), chart::figures().count() + 1, "all figures and the experiment");
    for (path, page) in &presets {
        let key = path.strip_prefix("embed/").and_then(|name| name.strip_suffix(".html")).unwrap();
        assert!(page.contains(&format!("<html lang=\"en\" data-embed=\"{key}\" data-root=\"../\">")), "{path}");
        for attribute in ["href", "src", "srcset", "data-script", "data-wasm"] {
            for address in values(page, attribute) {
                assert!(address.starts_with("../"), "{path}: {attribute}=\"{address}\"");
            }
        }
        assert!(!page.contains(" style="), "{path}");
        let description =
            page.split_once("<meta name=\"description\" content=\"").unwrap().1.split('"').next().unwrap();
        assert!(description.len() > 40, "{path}: {description}");
    }
    let (_, page) = presets.iter().find(|(path, _)| path == "embed/loss.html").unwrap();
    assert!(page.contains("<tbody><tr>"), "its table is filled");
}

#[test]
fn addresses_that_are_absolute_stay_so() {
    let built = BUILT.replace("./", "/some/path/");
    let presets = embed::presets(&built, &RECORDING).unwrap();
    assert!(presets[0].1.contains("<link rel=\"stylesheet\" href=\"/some/path/figure.css\">"));
}

#[test]
fn the_gallery_has_nothing_inline_and_every_element_has_a_link_for_readers_without_javascript() {
    let page = gallery::page(BUILT).unwrap();
    let policy = values(&page, "content")[0];
    assert!(policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self';"), "{policy}");
    assert!(!page.contains(" style=") && !page.contains("<style"));
    for element in page.split("<vanishing-gradients ").skip(1) {
        let inner = element.split("</vanishing-gradients>").next().unwrap();
        assert!(inner.contains("<a href=\"./"), "{inner}");
    }
    assert_eq!(page.matches("<vanishing-gradients ").count(), page.matches("&lt;vanishing-gradients ").count());
}

#[test]
fn the_element_knows_every_figure_and_the_sizes_of_its_drawings() {
    let script = embed::element("const FIGURES = {/* figures */};", &RECORDING).unwrap();
    assert!(
        script.starts_with("const FIGURES = {\"sigmoid\": { wide: [640, 360], narrow: [328, 280], around: ["),
        "{script}"
    );
    assert!(script.contains("\"accuracy\": { wide: [960, 480], narrow: [328, 320], around: ["), "{script}");
    assert!(script.contains("isMeasured: false }") && script.contains("isMeasured: true }"), "{script}");
    assert!(script.ends_with(", \"experiment\": { around: [1087, 1640] }};"), "{script}");
    assert_eq!(script.matches("around: [").count(), chart::figures().count() + 1);
    let whole = embed::element(include_str!("../../../static/embed.js"), &RECORDING).unwrap();
    assert!(whole.contains("\"accuracy\": { wide: ["));
    assert_eq!(
        embed::element("", &RECORDING).unwrap_err().to_string(),
        "embed.js has no `/* figures */`, where the press writes"
    );
}

fn render(guide: &guide::Guide) -> String {
    guide.render(&fs::read_to_string(Path::new(ROOT).join(guide.source)).unwrap(), BUILT).unwrap()
}

#[test]
fn the_guides_have_nothing_inline_and_are_linked() {
    for guide in &guide::ALL {
        let page = render(guide);
        assert!(!page.contains(" style=\"") && !page.contains("<style") && !page.contains("example.org"));
        assert!(values(&page, "href").iter().all(|address| !address.ends_with(".md")));
        assert!(values(&PAGE, "href").contains(&guide.page), "the article leads to {}", guide.page);
    }
    let embedding = render(&guide::EMBEDDING);
    assert!(embedding.contains("<title>Embed figures in other pages: The vanishing gradient problem</title>"));
    assert!(values(&gallery::page(BUILT).unwrap(), "href").contains(&"embedding.html"));
}

/// A link opens an experiment that the page accepts, at a place that the article has.
#[test]
fn every_link_of_the_lessons_and_of_the_prose_is_valid() {
    let page = render(&guide::TEACHING);
    let ids = values(&PAGE, "id");
    let lessons = values(&page, "href")
        .into_iter()
        .filter_map(|link| link.strip_prefix("./"))
        .filter(|link| link.starts_with('?') || link.starts_with('#'));
    let presets = values(&PAGE, "href").into_iter().filter(|link| link.starts_with('?'));
    let links: Vec<String> = lessons.chain(presets).map(|link| link.replace("&amp;", "&")).collect();
    assert!(links.len() > 20, "{} links", links.len());
    for link in links {
        let (query, place) = link.split_once('#').unwrap_or((&link, "article"));
        let (_, errors) = chart::Link::from_query(query, &[]);
        assert_eq!(errors, [], "{link}");
        assert!(ids.contains(&place), "{link}");
    }
}

#[test]
fn a_question_stands_before_its_result() {
    let questions: Vec<&str> = PAGE.split("<fieldset class=\"question\"").skip(1).collect();
    assert!(questions.len() >= 6, "{} questions", questions.len());
    for question in questions {
        let question = question.split("</fieldset>").next().unwrap();
        let truth = values(question, "data-question")[0];
        let is_number = truth.trim_start_matches('~').parse::<f64>().is_ok_and(|truth| truth > 0.0);
        // A number that is measured is one that the recorded run has, and that the answer quotes.
        if !truth.is_empty() && !is_number {
            let finding = format!("data-finding=\"{truth}\" value=\"");
            let value: f64 = question.split(&finding).nth(1).unwrap().split('"').next().unwrap().parse().unwrap();
            let max: f64 = values(question, "max")[1].parse().unwrap();
            assert!(value > 1.0 && value < max, "{truth} is {value}");
        }
        assert_eq!(question.matches("<b>Right.</b>").count(), 1, "{question}");
    }
}

#[test]
fn a_link_of_the_prose_starts_its_experiment_and_is_checked() {
    let html = set("## Sigmoid\n\nGive it [batch *normalization*](?run=sigmoid&run=sigmoid,norm:batch).").unwrap();
    let link = "<a class=\"preset\" href=\"?run=sigmoid&amp;run=sigmoid,norm:batch\">batch <em>normalization</em></a>.";
    assert!(html.contains(link), "{html}");
    let sentence = set("## Sigmoid\n\n[Twelve](?depths=12).").unwrap_err();
    assert!(sentence.contains("the link `?depths=12`: this page has no setting depths"), "{sentence}");
}

#[test]
fn a_term_of_the_glossary_has_an_address() {
    let html = set("## Terms\n\nError δ\n: What *arrives*.\n\nBatch normalization\n: Shifts.\n").unwrap();
    assert!(html.contains("<dt id=\"term-error\">Error δ</dt>"), "{html}");
    assert!(html.contains("<dt id=\"term-batch-normalization\">Batch normalization</dt>"), "{html}");
    assert!(set("## Terms\n\n$x$\n: What?\n").unwrap_err().contains("should begin with plain text"));
    let (terms, glossary) = PAGE.split_once("<section id=\"terms\"").unwrap();
    for term in values(glossary, "id").iter().filter(|id| id.starts_with("term-")) {
        assert!(terms.contains(&format!("href=\"#{term}\"")), "the text does not use {term}");
    }
}
