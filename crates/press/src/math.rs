//! TeX to MathML, with equation numbers.
//!
//! The number of an equation is written `\tag{3}` at the end of a display formula and becomes text beside the formula, since MathML
//! has no equation numbers. The MathML must not contain `style` attributes: the page's content security policy forbids them.

use maud::{Markup, PreEscaped, html};
use pulldown_latex::config::{DisplayMode, RenderConfig};
use pulldown_latex::mathml::push_mathml;
use pulldown_latex::{Parser, Storage};

/// Renders a formula in running text.
///
/// # Errors
/// The TeX is invalid or needs an inline style.
pub fn inline(tex: &str) -> Result<Markup, String> {
    render(tex, DisplayMode::Inline)
}

/// Renders a displayed formula, in a box that scrolls where the formula is wider than the page. A script makes such boxes tab stops.
///
/// # Errors
/// As [`inline`], or the tag is not a number.
pub fn display(tex: &str) -> Result<Markup, String> {
    let (tex, number) = split_tag(tex)?;
    let math = render(tex, DisplayMode::Block)?;
    let id = number.map(|number| format!("equation-{number}"));
    let label = number.map_or("Formula".into(), |number| format!("Equation {number}"));
    Ok(html! {
        div.equation id=[id] {
            div.formula role="group" aria-label=(label) { (math) }
            @if let Some(number) = number { " " span.number { "(" (number) ")" } }
        }
        "\n"
    })
}

/// `tex \tag{7}` as (`tex`, `7`).
fn split_tag(tex: &str) -> Result<(&str, Option<u32>), String> {
    let Some((body, tag)) = tex.split_once("\\tag{") else {
        return Ok((tex.trim(), None));
    };
    match tag.trim().strip_suffix('}').map(str::parse) {
        Some(Ok(number)) => Ok((body.trim(), Some(number))),
        _ => Err(format!("`\\tag{{{tag}` should be a whole number in braces at the end of the formula")),
    }
}

fn render(tex: &str, display_mode: DisplayMode) -> Result<Markup, String> {
    let storage = Storage::new();
    if let Some(Err(error)) = Parser::new(tex, &storage).find(Result::is_err) {
        return Err(format!("the formula `{tex}` cannot be read: {error}"));
    }
    let config = RenderConfig { display_mode, ..RenderConfig::default() };
    let mut mathml = String::new();
    push_mathml(&mut mathml, Parser::new(tex, &storage), config)
        .map_err(|error| format!("the formula `{tex}` cannot be set: {error}"))?;
    if mathml.contains(" style=") {
        return Err(format!("the formula `{tex}` needs an inline style, which the page's policy forbids"));
    }
    // Browsers that translate pages take symbols for words.
    Ok(PreEscaped(mathml.replacen("<math", "<math translate=\"no\"", 1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_a_number_beside_the_formula() {
        let html = display(r"f(x) = \max(0, x) \tag{5}").unwrap().into_string();
        assert!(html.contains(r#"id="equation-5""#) && html.contains("(5)</span>"), "{html}");
        assert!(html.contains(r#"display="block""#) && !html.contains("tag"), "{html}");
        assert!(display(r"x \tag{five}").unwrap_err().contains("whole number"));
    }

    #[test]
    fn unreadable_tex_is_an_error_and_never_an_error_node() {
        for tex in [r"\frac{1", r"\nosuchcommand x", r"x^a^b"] {
            let sentence = inline(tex).unwrap_err();
            assert!(sentence.contains(tex), "{sentence}");
        }
        assert!(inline(r"\textcolor{red}{x}").unwrap_err().contains("inline style"));
    }
}
