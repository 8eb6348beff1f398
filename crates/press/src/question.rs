//! Questions that a reader answers before the text does, as blocks of the article:
//!
//! ````text
//! ```question
//! key: five-layers
//! ask: How many times smaller is δ after five layers?
//! guess: 1 to 100,000 times smaller
//! exact: 1,024
//! answer: A product of five quarters is 1/1,024.
//! why: Can larger weights make up for it?
//! - [ ] No: weights have no part in it.
//!   They have: (3) multiplies by a weight in every layer.
//! - [x] Partly.
//!   A large weight also pushes $z$ away from 0, where the slope is smaller.
//! ```
//! ````
//!
//! A number is guessed with a logarithmic slider, and compared with `exact`, with `about` (a measurement of other networks than those
//! of the page), or with the finding that `measured` names. Without `guess` the
//! answers are a list as that of the reasons, below `ask`. All texts are Markdown. The page is complete without scripts: the answer is
//! in a `<details>`; the live page compares the guess and opens it.

use maud::{Markup, PreEscaped, html};

/// The language of the code block.
pub const LANGUAGE: &str = "question";

#[derive(Debug, PartialEq)]
pub struct Question<'a> {
    key: &'a str,
    ask: &'a str,
    guess: Guess<'a>,
    answer: &'a str,
    why: &'a str,
    reasons: Vec<Choice<'a>>,
}

#[derive(Debug, PartialEq)]
enum Guess<'a> {
    Number { min: f64, max: f64, unit: &'a str, truth: Truth<'a> },
    Choice(Vec<Choice<'a>>),
}

#[derive(Debug, PartialEq)]
enum Truth<'a> {
    Exact(f64),
    About(f64),
    /// The key of a finding.
    Measured(&'a str),
}

#[derive(Debug, PartialEq)]
struct Choice<'a> {
    text: &'a str,
    is_right: bool,
    /// What a reason is answered with; empty for an answer.
    feedback: &'a str,
}

/// Turns Markdown into HTML.
type Render<'r> = dyn FnMut(&str) -> Result<Markup, String> + 'r;

impl<'a> Question<'a> {
    /// Reads a block.
    ///
    /// # Errors
    /// A sentence that says what was expected.
    pub fn parse(source: &'a str) -> Result<Self, String> {
        let mut fields = Vec::new();
        let (mut answers, mut reasons) = (Vec::new(), Vec::new());
        for line in source.lines().filter(|line| !line.trim().is_empty()) {
            let is_why = fields.iter().any(|(name, _)| *name == "why");
            let list = if is_why { &mut reasons } else { &mut answers };
            if let Some(choice) = choice(line) {
                list.push(choice);
            } else if let (true, Some(last)) = (line.starts_with("  ") && is_why, list.last_mut()) {
                last.feedback = line.trim();
            } else {
                let field = line.split_once(':').map(|(name, value)| (name, value.trim()));
                let field = field.filter(|(name, value)| FIELDS.contains(name) && !value.is_empty());
                let (name, value) = field.ok_or_else(|| {
                    let names = FIELDS.join("`, `");
                    format!("`{line}` in a question should begin with one of `{names}` and a colon, or with `- [ ]`")
                })?;
                if fields.iter().any(|(known, _)| *known == name) {
                    return Err(format!("a question has two lines `{name}:`"));
                }
                fields.push((name, value));
            }
        }
        let optional = |name: &str| fields.iter().find(|(known, _)| *known == name).map(|(_, value)| *value);
        let required = |name: &str| optional(name).ok_or_else(|| format!("a question lacks its line `{name}:`"));
        let key = required("key")?;
        if !key.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-') {
            return Err(format!(
                "the key `{key}` of a question should have lower-case letters, digits and hyphens only"
            ));
        }
        let answer = required("answer")?;
        let guess = match optional("guess") {
            Some(guess) if answers.is_empty() => number(guess, ["exact", "about", "measured"].map(optional), answer)?,
            Some(_) => return Err(format!("the question `{key}` has both `guess:` and a list of answers")),
            None => Guess::Choice(checked("answers", key, answers)?),
        };
        let reasons = checked("reasons", key, reasons)?;
        if let Some(Choice { text, .. }) = reasons.iter().find(|reason| reason.feedback.is_empty()) {
            return Err(format!("the reason “{text}” lacks its feedback, an indented line below it"));
        }
        Ok(Self { key, ask: required("ask")?, guess, answer, why: required("why")?, reasons })
    }

    /// The markup. `render` turns the texts into HTML.
    ///
    /// # Errors
    /// Those of `render`.
    pub fn html(&self, render: &mut Render) -> Result<Markup, String> {
        let id = format!("question-{}", self.key);
        let ask = render(self.ask)?;
        let (truth, guess) = self.guess.html(render)?;
        let answer = render(self.answer)?;
        let why = render(self.why)?;
        let reasons: Vec<Markup> =
            self.reasons.iter().map(|reason| reason.html(render)).collect::<Result<_, String>>()?;
        Ok(html! {
            fieldset.question id=(id) data-question=(truth) {
                legend { b { "Predict." } " " (ask) }
                (guess)
                p.verdict role="status" {}
                details {
                    summary { span { "Skip to the answer" } span { "Hide the answer" } }
                    p { (answer) }
                    div.reasons role="group" aria-labelledby={ (id) "-why" } {
                        p id={ (id) "-why" } { b { (why) } }
                        @for reason in &reasons { (reason) }
                    }
                }
            }
            "\n"
        })
    }
}

const FIELDS: [&str; 8] = ["key", "ask", "guess", "exact", "about", "measured", "answer", "why"];

/// `- [x] text`.
fn choice(line: &str) -> Option<Choice<'_>> {
    let (mark, text) = line.strip_prefix("- [")?.split_once("] ")?;
    let is_right = mark == "x";
    (is_right || mark == " ").then_some(Choice { text, is_right, feedback: "" })
}

/// Two to four choices with one right one among them.
fn checked<'a>(name: &str, key: &str, choices: Vec<Choice<'a>>) -> Result<Vec<Choice<'a>>, String> {
    let n_right = choices.iter().filter(|choice| choice.is_right).count();
    if !(2..=4).contains(&choices.len()) || n_right != 1 {
        let found = choices.len();
        return Err(format!(
            "the question `{key}` has {found} {name}, {n_right} of them right; it should have two to four, one marked `[x]`"
        ));
    }
    Ok(choices)
}

/// Before a number of `about`, for the live page.
const ABOUT: char = '~';

/// `1 to 10,000 times smaller`, and what is true: `exact`, `about` or `measured`.
fn number<'a>(guess: &'a str, truth: [Option<&'a str>; 3], answer: &str) -> Result<Guess<'a>, String> {
    let parse = |text: &str| text.replace(',', "").parse().ok().filter(|&value: &f64| value > 0.0 && value.is_finite());
    let range = guess.split_once(" to ").and_then(|(min, rest)| {
        let (max, unit) = rest.split_once(' ').unwrap_or((rest, ""));
        Some((parse(min)?, parse(max)?, unit)).filter(|(min, max, _)| min < max)
    });
    let (min, max, unit) =
        range.ok_or_else(|| format!("`guess: {guess}` should be like `guess: 1 to 10,000 times smaller`"))?;
    let above_0 =
        |name: &str, text: &str| parse(text).ok_or_else(|| format!("`{name}: {text}` should be a number above 0"));
    let truth = match truth {
        [Some(exact), None, None] => Truth::Exact(above_0("exact", exact)?),
        [None, Some(about), None] => Truth::About(above_0("about", about)?),
        [None, None, Some(key)] => {
            let quotes = |name: &str| answer.contains(&format!("{{{{{name}}}}}"));
            if !(quotes(key) && quotes("run")) {
                let sentence = "should quote the number and name its run, as";
                return Err(format!("the answer to a question {sentence} `{{{{{key}}}}}` and `{{{{run}}}}`"));
            }
            Truth::Measured(key)
        }
        _ => return Err(format!("`guess: {guess}` needs either `exact:`, `about:` or `measured:`")),
    };
    Ok(Guess::Number { min, max, unit, truth })
}

impl Guess<'_> {
    /// What a guess is compared with, for the live page, and the controls, which wait for it.
    fn html(&self, render: &mut Render) -> Result<(String, Markup), String> {
        // The slider has hundredths of powers of ten.
        let position = |value: f64| (100.0 * value.log10()).round();
        Ok(match self {
            Self::Number { min, max, unit, truth } => {
                let truth = match truth {
                    Truth::Exact(value) => value.to_string(),
                    Truth::About(value) => format!("{ABOUT}{value}"),
                    Truth::Measured(key) => (*key).to_owned(),
                };
                let controls = html! {
                    div.controls {
                        span.slider {
                            input type="range" min=(position(*min)) max=(position(*max)) aria-label="Your guess, on a logarithmic scale" aria-valuetext="no guess yet" disabled;
                            input type="number" min=(min) max=(max) step="any" aria-label={ "Your guess, " (unit) } disabled;
                            span { (unit) }
                        }
                        button type="button" disabled { "Check" }
                    }
                };
                (truth, controls)
            }
            Self::Choice(answers) => {
                let mut buttons = Vec::with_capacity(answers.len());
                for answer in answers {
                    let text = render(answer.text)?;
                    buttons.push(html! { button type="button" data-right[answer.is_right] disabled { (text) } });
                }
                (String::new(), html! { div.controls { @for button in &buttons { (button) } } })
            }
        })
    }
}

impl Choice<'_> {
    fn html(&self, render: &mut Render) -> Result<Markup, String> {
        let verdict = if self.is_right { "Right." } else { "Not quite." };
        let (text, feedback) = (render(self.text)?, render(self.feedback)?);
        Ok(html! { details { summary { (text) } p { b { (verdict) } " " (feedback) } } })
    }
}

/// The HTML of a paragraph without its `<p>`.
pub fn unwrapped(html: &str) -> Markup {
    let html = html.trim();
    PreEscaped(html.strip_prefix("<p>").and_then(|html| html.strip_suffix("</p>")).unwrap_or(html).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NUMBER: &str = "key: five-layers\nask: How many?\nguess: 1 to 100,000 times smaller\nexact: 1,024\n\
                          answer: A *product*.\nwhy: Why?\n- [ ] One.\n  No one.\n- [x] Two.\n  Yes, two.\n";

    fn sentence(change: impl Fn(&str) -> String) -> String {
        Question::parse(&change(NUMBER)).unwrap_err()
    }

    #[test]
    fn a_number_is_guessed_on_a_logarithmic_scale() {
        let html = Question::parse(NUMBER).unwrap().html(&mut |text| Ok(html! { i { (text) } })).unwrap().into_string();
        assert!(
            html.starts_with("<fieldset class=\"question\" id=\"question-five-layers\" data-question=\"1024\">"),
            "{html}"
        );
        assert!(html.contains("<input type=\"range\" min=\"0\" max=\"500\""), "{html}");
        assert!(html.contains("<input type=\"number\" min=\"1\" max=\"100000\""), "{html}");
        assert!(
            html.contains("<details><summary><i>One.</i></summary><p><b>Not quite.</b> <i>No one.</i></p></details>"),
            "{html}"
        );
        assert!(
            html.contains("<details><summary><i>Two.</i></summary><p><b>Right.</b> <i>Yes, two.</i></p></details>"),
            "{html}"
        );
        assert_eq!(html.matches(" disabled").count(), 3, "until the page is live");
    }

    #[test]
    fn a_choice_marks_its_right_answer() {
        let source = "key: which\nask: Which?\n- [ ] `A`\n- [x] B\nanswer: B is.\nwhy: Why?\n- [x] So.\n  Yes.\n- [ ] Or so.\n  No.";
        let html = Question::parse(source).unwrap().html(&mut |text| Ok(html! { (text) })).unwrap().into_string();
        assert!(
            html.contains(
                "<button type=\"button\" disabled>`A`</button><button type=\"button\" data-right disabled>B</button>"
            ),
            "{html}"
        );
    }

    #[test]
    fn what_is_wrong_with_a_question_is_said() {
        let without = |start: &'static str| {
            sentence(move |source| {
                source.lines().filter(|line| !line.starts_with(start)).map(|line| format!("{line}\n")).collect()
            })
        };
        for (found, expected) in [
            (without("key:"), "a question lacks its line `key:`"),
            (without("why:"), "`  No one.` in a question should begin with"),
            (
                sentence(|source| source.replace("answer:", "- [x] A.\n- [ ] B.\nanswer:")),
                "has both `guess:` and a list",
            ),
            (without("exact:"), "needs either `exact:`, `about:` or `measured:`"),
            (
                without("guess:"),
                "the question `five-layers` has 0 answers, 0 of them right; it should have two to four",
            ),
            (without("  No one"), "the reason “One.” lacks its feedback"),
            (without("- [ ]"), "`  No one.` in a question should begin with"),
            (
                sentence(|source| source.replace("key: five", "key: Five")),
                "the key `Five-layers` of a question should have",
            ),
            (sentence(|source| source.replace("1 to", "10 up")), "should be like `guess: 1 to 10,000 times smaller`"),
            (sentence(|source| source.replace("1 to", "0 to")), "should be like"),
            (sentence(|source| source.replace("1,024", "many")), "`exact: many` should be a number above 0"),
            (
                sentence(|source| source.replace("exact: 1,024", "measured: seed")),
                "should quote the number and name its run, as `{{seed}}` and `{{run}}`",
            ),
            (sentence(|source| source.replace("[x]", "[ ]")), "has 2 reasons, 0 of them right"),
            (sentence(|source| format!("{source}hint: B.")), "`hint: B.` in a question should begin with"),
            (sentence(|source| format!("{source}why: B.")), "two lines `why:`"),
        ] {
            assert!(found.contains(expected), "{found}");
        }
    }
}
