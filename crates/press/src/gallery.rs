//! The gallery: every figure, and the experiment, as an embed that others can copy. The table of examples is all that it knows.

use super::embed::{self, EXPERIMENT, EXPERIMENT_TITLE};
use super::site::site_page;
use super::{Error, unbroken};
use maud::{Markup, html};

/// An embed: the attributes of `<vanishing-gradients>`, and what they are good for.
struct Example {
    figure: &'static str,
    sentence: &'static str,
    attributes: &'static [(&'static str, &'static str)],
}

const MEASURED: [Example; 15] = [
    Example {
        figure: "network",
        sentence: "Four layers read a digit: drag the step, and see the activations, the answer and the gradients change.",
        attributes: &[("depth", "4"), ("steps", "500")],
    },
    Example {
        figure: "gradient-first",
        sentence: "Do the first layer’s gradients vanish? This is the article’s own experiment.",
        attributes: &[],
    },
    Example {
        figure: "gradient-first",
        sentence: "Twelve layers, with and without batch normalization.",
        attributes: &[("depth", "12"), ("steps", "500"), ("run", "sigmoid; sigmoid,norm:batch"), ("theme", "light")],
    },
    Example {
        figure: "gradient-layers",
        sentence: "All layers of a tanh network beside each other, with two ways of drawing the initial weights.",
        attributes: &[
            ("run", "tanh,init:normal; tanh,init:glorot-uniform"),
            ("steps", "500"),
            ("hide", "summary,table"),
        ],
    },
    Example {
        figure: "gradient-map",
        sentence: "Twenty layers and 300 steps, as a map from layer and step to the size of the gradient.",
        attributes: &[("depth", "20"), ("steps", "300"), ("run", "sigmoid; relu")],
    },
    Example {
        figure: "gradient-last",
        sentence: "The gradients of the output layer, with the dark theme.",
        attributes: &[("theme", "dark")],
    },
    Example {
        figure: "factors",
        sentence: "What weights and slopes do to the error on its way back, for sigmoid and tanh.",
        attributes: &[("run", "sigmoid; tanh"), ("steps", "300")],
    },
    Example {
        figure: "saturation",
        sentence: "Where the pre-activations of the first layer lie under the slope.",
        attributes: &[("run", "sigmoid; relu"), ("steps", "500"), ("hide", "table")],
    },
    Example {
        figure: "histograms",
        sentence: "How the gradients of one layer are spread, and how that changes over 400 steps.",
        attributes: &[("steps", "400"), ("theme", "dark"), ("hide", "summary,table")],
    },
    Example {
        figure: "seeds",
        sentence: "Twelve seeds of two networks with batch normalization and without, by their accuracy on held-out digits.",
        attributes: &[
            ("run", "sigmoid; sigmoid,norm:batch"),
            ("seeds", "12"),
            ("steps", "300"),
            ("seeds.number", "accuracy"),
        ],
    },
    Example {
        figure: "accuracy",
        sentence: "Is it luck? Twenty seeds of each network, with the range of their results.",
        attributes: &[("seeds", "20"), ("steps", "300"), ("run", "sigmoid; relu")],
    },
    Example {
        figure: "loss",
        sentence: "Three optimizers on the same ReLU network, with nothing shown but the drawing and the button.",
        attributes: &[
            ("run", "relu,optimizer:sgd; relu,optimizer:momentum; relu,optimizer:adam"),
            ("steps", "500"),
            ("hide", "summary,table,readout,menu"),
        ],
    },
    Example {
        figure: "loss",
        sentence: "A network with skip connections beside one without; it waits for a click, and its drawing until then is the article’s.",
        attributes: &[
            ("depth", "20"),
            ("steps", "300"),
            ("run", "sigmoid; sigmoid,residual:yes"),
            ("reveal", "manual"),
        ],
    },
    Example {
        figure: EXPERIMENT,
        sentence: "The whole panel: readers change the networks and train them.",
        attributes: &[("steps", "500"), ("poster", "none")],
    },
    Example {
        figure: EXPERIMENT,
        sentence: "The same with a network of your choice, for an exercise.",
        attributes: &[("run", "sigmoid,width:50"), ("steps", "200"), ("seed", "7"), ("poster", "none")],
    },
];

const CURVES: [Example; 11] = [
    Example {
        figure: "chain",
        sentence: "One unit in each layer: drag a pre-activation or a weight and see what reaches the first layer.",
        attributes: &[("hide", "table")],
    },
    curve("sigmoid", "Its derivative is at most a quarter."),
    curve("relu", "Its derivative is 0 or 1."),
    Example {
        figure: "leaky",
        sentence: "The slope of its left half is yours to set; here it starts at 0.2.",
        attributes: &[("leaky.slope", "0.2"), ("hide", "summary,table")],
    },
    curve("tanh", "Its derivative reaches its maximum of 1 only at 0."),
    curve("elu", "It turns smoothly towards −1."),
    curve("selu", "Its constants keep mean and variance steady from layer to layer."),
    curve("gelu", "It weighs its input by a normal distribution."),
    curve("silu", "It weighs its input by a sigmoid."),
    curve("softplus", "It is a smooth ReLU, and its derivative is the sigmoid."),
    curve("identity", "It leaves a network linear, however deep."),
];

const fn curve(figure: &'static str, sentence: &'static str) -> Example {
    Example { figure, sentence, attributes: &[("hide", "summary,table")] }
}

/// Attributes that choose no experiment and no view.
const OF_ELEMENT: [&str; 5] = ["theme", "hide", "height", "reveal", "poster"];

impl Example {
    fn title(&self) -> String {
        chart::find(self.figure).map_or_else(|| EXPERIMENT_TITLE.to_owned(), chart::Figure::title)
    }

    /// The query of a link to the same experiment and view in the article.
    fn query(&self) -> String {
        let fields = self.attributes.iter().filter(|(name, _)| !OF_ELEMENT.contains(name));
        let runs = |&(name, value): &(&str, &'static str)| {
            let name = name.to_owned();
            let n_values = if name == "run" { usize::MAX } else { 1 };
            value.splitn(n_values, ';').map(move |value| format!("{name}={}", value.trim())).collect::<Vec<_>>()
        };
        fields.flat_map(runs).collect::<Vec<_>>().join("&")
    }

    /// From the folder of the site.
    fn link(&self) -> String {
        let query = self.query();
        let mark = if query.is_empty() { "" } else { "?" };
        format!("{mark}{query}#{}", embed::fragment(self.figure))
    }

    fn html(&self) -> Markup {
        let attributes: String = self.attributes.iter().map(|(name, value)| format!(" {name}=\"{value}\"")).collect();
        html! {
            article.example {
                h3 { (self.title()) }
                p { (unbroken(self.sentence)) }
                (self.element(&attributes))
                div.snippet {
                    pre role="group" tabindex="0" aria-label={ "HTML of the embed: " (self.title()) } {
                        "<script src=\"" span data-address { "embed.js" } "\" async></script>\n"
                        "<vanishing-gradients figure=\"" (self.figure) "\"" (attributes) ">"
                        "<a href=\"" span data-address { (self.link()) } "\">" (self.title()) "</a></vanishing-gradients>"
                    }
                    button type="button" data-copy { "Copy" }
                }
            }
            "\n"
        }
    }

    /// The element itself. Its names of attributes are not known when this is compiled, and their values are of the table above.
    fn element(&self, attributes: &str) -> Markup {
        let link = html! { a href={ "./" (self.link()) } { "Open this figure in the article" } };
        maud::PreEscaped(format!(
            "<vanishing-gradients figure=\"{}\"{attributes}>{}</vanishing-gradients>",
            self.figure,
            link.into_string()
        ))
    }
}

/// The page. `article` is the text of the finished index.html.
///
/// # Errors
/// The main page has no style sheet.
pub fn page(article: &str) -> Result<String, Error> {
    let body = html! {
        body.gallery {
            (super::site::guard())
            header.front {
                h1 { "Figures for your own pages" }
                p.standfirst {
                    "Each figure below is live: it trains its networks in this browser as soon as you see it. Copy its two lines of HTML into a page of "
                    "yours, and it is live there too. The attributes choose the figure, the experiment and the look."
                }
            }
            main {
                h2 { "Measured while they train" }
                @for example in &MEASURED { (example.html()) }
                h2 { "Activation functions and their derivatives" }
                div.pairs { @for example in &CURVES { (example.html()) } }
            }
            footer {
                p { a href="embedding.html" { "How to embed" } " has all attributes and settings, and recipes for books, slides and notebooks." }
                p { a href="./" { "The vanishing gradient problem" } ", the article that these figures belong to." }
            }
        }
    };
    let scripts = html! {
        script src="embed.js" async {}
        script src="gallery.js" defer {}
    };
    site_page(TITLE, DESCRIPTION, article, &scripts, &body)
}

const TITLE: &str = "Live figures of vanishing gradients for your own pages";
const DESCRIPTION: &str =
    "Figures that train neural networks in the reader’s browser, each with two lines of HTML to copy.";

#[cfg(test)]
mod tests {
    use super::*;
    use chart::Link;

    fn examples() -> impl Iterator<Item = &'static Example> {
        MEASURED.iter().chain(&CURVES)
    }

    #[test]
    fn every_figure_and_the_experiment_are_in_the_gallery_and_nothing_else() {
        let keys: Vec<_> = chart::figures().map(chart::Figure::key).chain([EXPERIMENT]).collect();
        for key in &keys {
            assert!(examples().any(|example| example.figure == *key), "{key}");
        }
        for example in examples() {
            assert!(keys.contains(&example.figure), "{}", example.figure);
        }
    }

    #[test]
    fn every_attribute_is_a_setting_that_the_page_knows() {
        for example in examples() {
            let (link, errors) = Link::from_query(&example.query(), &[]);
            assert_eq!(errors, [], "{}", example.query());
            assert_eq!(example.query().is_empty(), link == Link::from_query("", &[]).0, "{}", example.query());
        }
    }

    #[test]
    fn attributes_need_no_escapes() {
        for (name, value) in examples().flat_map(|example| example.attributes) {
            assert!(!format!("{name}{value}").contains(['"', '<', '>', '&', '#', '%', '+']), "{name}: {value}");
        }
    }
}
