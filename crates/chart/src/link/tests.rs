use super::*;
use crate::figures;
use nn::rng::Rng;

fn read(query: &str) -> (Link, Vec<String>) {
    let (link, errors) = Link::from_query(query, &[]);
    (link, errors.iter().map(ToString::to_string).collect())
}

/// Links that have been published. What they mean must never change.
#[test]
fn archived_links_keep_their_meaning() {
    for (query, today) in [
        ("", "seed=1"),
        ("?seed=7&slope=0.2&depth=12#experiment", "seed=7&slope=0.2&depth=12"),
        (
            "?v=1&seed=3&run=sigmoid,norm:batch&run=leaky,slope:0.2&seeds=3",
            "seed=3&run=sigmoid,norm:batch&run=leaky,slope:0.2&seeds=3",
        ),
        ("at=1200&layer=3&focus=2", "seed=1&at=1200&layer=3&focus=2"),
        (
            "gradient-first.axis=linear&gradient-first.layer=last",
            "seed=1&gradient-first.axis=linear&gradient-first.layer=last",
        ),
        ("leaky.slope=0.2&leaky.zoom=yes&sigmoid.at=-1.5", "seed=1&leaky.slope=0.2&leaky.zoom=yes&sigmoid.at=-1.5"),
        (
            "histograms.values=delta&histograms.mode=overlay&gradient-map.quantity=delta",
            "seed=1&gradient-map.quantity=delta&histograms.mode=overlay&histograms.values=delta",
        ),
        ("questions=off&speed=slow", "seed=1&speed=slow&questions=off"),
        ("questions=on", "seed=1"),
        ("fingerprint=1-53338340797911f5", "seed=1&fingerprint=1-53338340797911f5"),
        ("utm_source=a&fbclid=b&seed=2", "seed=2"),
    ] {
        let (link, errors) = read(query.split('#').next().unwrap());
        assert_eq!((link.to_query(), errors), (today.into(), vec![]), "{query}");
    }
}

#[test]
fn a_link_has_the_view_and_the_options_that_it_says() {
    let (link, _) = read("at=1200&layer=3&focus=2&sigmoid.at=0.5&gradient-map.quantity=delta");
    assert_eq!(link.view, View { step: Some(1200), layer: Some(3), variant: Some(1) });
    let options = |key| link.options_of(crate::find(key).unwrap());
    assert_eq!(options("sigmoid").cursor, Some(0.5));
    assert_eq!(options("gradient-map").get("quantity"), Some("delta"));
    assert_eq!(options("loss"), Options::default());
}

#[test]
fn what_is_invalid_is_reported_once_and_takes_its_default() {
    for (query, sentence) in [
        ("at=-1", "at is “-1”, but must be a whole number from 0 to 2500"),
        ("at=201&steps=200", "at is “201”, but must be a whole number from 0 to 200"),
        ("layer=7", "layer is “7”, but must be a whole number from 1 to 6"),
        ("focus=ReLU", "focus is “ReLU”, but must be a whole number from 1 to 3"),
        ("depth=51", "depth is “51”, but must be a whole number from 1 to 50"),
        ("loss.axis=linear", "this page has no setting loss.axis"),
        ("gradient-first.axis=cubic", "gradient-first.axis is “cubic”, but must be one of log, linear"),
        ("gradient-first.layer=6", "gradient-first.layer is “6”, but must be one of 1, 2, 3, 4, 5, last"),
        ("leaky.slope=2", "leaky.slope is “2”, but must be a number from 0 to 1"),
        ("sigmoid.at=NaN", "sigmoid.at is “NaN”, but must be a number"),
        ("fingerprint=1-5333", "fingerprint is “1-5333”, but must be a version, a hyphen and 16 hexadecimal digits"),
        (
            "fingerprint=1-%2B333834079791f5a",
            "fingerprint is “1-+333834079791f5a”, but must be a version, a hyphen and 16 hexadecimal digits",
        ),
        ("questions=no", "questions is “no”, but must be on or off"),
        ("v=2", "v is “2”, but this page reads links of version 1 only: a newer page has written it"),
        ("color=red&swatch=b&color=blue", "this page has no setting color, swatch"),
        ("x1=&x2=&x3=&x4=&x5=", "this page has no setting x1, x2, x3, x4, x5"),
        ("x1=&x2=&x3=&x4=&x5=&x6=&x7=", "this page has no setting x1, x2, x3, x4, x5 and 2 more"),
        ("chain.z=1+x", "chain.z is “1 x”, but must be up to 20 numbers from -8 to 8 with spaces between them"),
    ] {
        let (link, errors) = read(query);
        assert_eq!(errors, [sentence], "{query}");
        let rest = Link { options: Keyed::default(), ..link };
        let steps = if query.contains("steps=") { "seed=1&steps=200" } else { "seed=1" };
        assert_eq!(rest.to_query(), steps, "{query}");
    }
}

#[test]
fn parameters_of_the_page_itself_are_not_unknown() {
    assert_eq!(Link::from_query("figure=loss&theme=dark", &["figure", "theme"]).1, []);
    assert_eq!(Link::from_query("figure=loss&theme=dark", &["figure"]).1.len(), 1);
}

#[test]
fn a_fingerprint_comes_back_as_it_was() {
    for text in ["1-0000000000000000", "12-ffffffffffffffff"] {
        assert_eq!(Fingerprint::parse(text).map(|fingerprint| fingerprint.to_string()).as_deref(), Some(text));
    }
}

/// Random views and options of random experiments.
#[test]
fn every_view_survives_its_link() {
    let mut rng = Rng::weights(2);
    let mut below = |n: usize| (rng.unit() * n as f64) as usize;
    for _ in 0..2_000 {
        let queries = ["", "depth=3&run=relu", "depth=12&run=tanh&run=leaky,slope:0.5&seeds=2", "steps=300"];
        let (mut link, _) = read(queries[below(4)]);
        let blank = Results::new(link.experiment.clone(), RunId::default());
        let mut maybe = |n: usize| Some(below(2 * n)).filter(|&i| i < n);
        link.view.step = maybe(blank.steps() as usize + 1).map(|step| step as u32);
        link.view.layer = maybe(blank.depth()).map(|layer| layer + 1);
        link.view.variant = maybe(blank.experiment.variants().len());
        link.questions = maybe(1).is_none();
        for figure in figures() {
            let mut options = Options::default();
            if figure.cursor() == Cursor::Own {
                options.cursor = maybe(100).map(|x| x as f64 / 10.0 - 5.0);
            }
            for control in figure.controls(&blank).into_iter().filter(|control| control.target == Target::Own) {
                let value = match &control.kind {
                    ControlKind::Switch => maybe(2).map(|i| ["yes", "no"][i].to_owned()),
                    ControlKind::Choice(choices) => maybe(choices.len()).map(|i| choices[i].0.clone()),
                    ControlKind::Numbers { min, max, .. } => {
                        maybe(3).map(|i| ["0", "1 2", &format!("{min} {max}")][i].to_owned())
                    }
                    ControlKind::Number { min, max, .. } => {
                        maybe(10).map(|i| (min + (max - min) * i as f64 / 10.0).to_string())
                    }
                };
                value.into_iter().for_each(|value| options.set(control.key, value));
            }
            if options != Options::default() {
                *link.options.entry(figure.key()) = options;
            }
        }
        let query = link.to_query();
        assert_eq!(Link::from_query(&query, &[]), (link, vec![]), "{query}");
    }
}

#[test]
fn every_link_of_the_documentation_is_valid() {
    let text = include_str!("../../../../docs/links.md");
    let links: Vec<&str> = text.split(['`', '\n']).filter(|text| text.starts_with('?')).collect();
    assert!(links.len() > 4);
    for link in links {
        assert_eq!(read(link).1, Vec::<String>::new(), "{link}");
    }
}

#[test]
fn of_an_address_of_any_length_the_beginning_is_read() {
    for part in ["seed=x&a=1&", "run=label:é", "%", "é=%C3&", "gradient-first.axis=u&"] {
        let query = format!("?depth=3&{}", part.repeat(1 << 17));
        let (link, errors) = Link::from_query(&query, &[]);
        assert_eq!(link.experiment.recipe(0).depth, 3);
        assert!(errors[0].to_string().ends_with("only the first 16,384 are read"), "{part}: {}", errors[0]);
    }
    let long = format!("run=sigmoid,label:{}", "x".repeat(10_000));
    assert_eq!(Link::from_query(&long, &[]).1, []);
}
