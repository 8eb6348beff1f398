//! The flags. Every row of the table of fields is one: its help, its values and its errors come from the row.

use super::files;
use clap::builder::{PossibleValue, TypedValueParser};
use clap::{Arg, ArgAction, Command, value_parser};
use lab::Experiment;
use lab::recipe::field::{FIELDS, Group, Kind};
use lab::recipe::{Field, Recipe, Value};
use std::ffi::OsStr;
use std::path::PathBuf;

const ABOUT: &str = "Train deep networks on MNIST and watch their gradients vanish, or not.

Prints loss and accuracy of the training batch at iterations 0, 200, 400 and so on. The same settings and seed give the same \
fingerprint here and in every browser. Without --activation, --run or --link, the tutorial’s three networks train.";

const DATA: &str = "Images to train on: a folder or a zip with IDX files (MNIST, Fashion-MNIST, KMNIST, EMNIST; gzipped or not) or \
with PNG, JPEG, GIF or BMP images in a folder for each class, or one of the IDX files; see the notes on standard error \
[default: the digits of this project]";

/// Flags that conflict with `--table`: the table has its own activations, depths and initial weights.
const TABLE_CONFLICTS: [&str; 12] =
    ["json", "csv", "export", "figure", "logdir", "run", "link", "sweep", "activation", "depth", "init", "std"];
pub fn command() -> Command {
    Command::new("headless")
        .about(ABOUT.lines().next())
        .long_about(ABOUT)
        .version(env!("CARGO_PKG_VERSION"))
        .max_term_width(100)
        .next_help_heading("Experiment")
        .arg(Arg::new("run").long("run").value_name("TEXT").action(ArgAction::Append).allow_hyphen_values(true).help(
            "A network to compare, written as in a link: `leaky,slope:0.2` overrides two fields; may be repeated",
        ))
        .arg(
            Arg::new("link")
                .long("link")
                .value_name("URL")
                .help("Read the experiment from a link; other flags override it"),
        )
        .arg(
            Arg::new("seeds")
                .long("seeds")
                .value_name("COUNT")
                .value_parser(value_parser!(u32).range(1..=10_000))
                .help("Runs of each network, with seeds that count up from the first [default: 1, or 5 for a table]"),
        )
        .arg(Arg::new("data").long("data").value_name("PATH").value_parser(value_parser!(PathBuf)).help(DATA))
        .arg(
            Arg::new("sweep")
                .long("sweep")
                .value_name("FIELD=VALUES")
                .action(ArgAction::Append)
                .help("Train every network at each of these values: `depth=3,6,10`; more than one make a grid"),
        )
        .next_help_heading("Output")
        .arg(
            Arg::new("csv")
                .long("csv")
                .action(ArgAction::SetTrue)
                .conflicts_with("json")
                .help("Print one row of comma-separated values for each run"),
        )
        .arg(Arg::new("json").long("json").action(ArgAction::SetTrue).help("Print one JSON document of all runs"))
        .arg(
            Arg::new("table").long("table").action(ArgAction::SetTrue).conflicts_with_all(TABLE_CONFLICTS).help(
                "Print depth × initialization: how far gradients differ before training, and what training reaches",
            ),
        )
        .arg(
            Arg::new("jobs")
                .long("jobs")
                .value_name("N")
                .value_parser(value_parser!(u16).range(1..))
                .help("Runs that train at the same time [default: as many as there are cores]"),
        )
        .args(files::flags())
        .group(files::group())
        .args(Group::ALL.iter().flat_map(|group| FIELDS.iter().filter(|field| field.group == *group)).map(flag))
}

/// The flag of a field.
fn flag(field: &'static Field) -> Arg {
    let mut help = field.help().to_owned();
    if !matches!(field.kind, Kind::Choice(_)) {
        help += &format!("; {}", field.kind);
    }
    if !field.applies_to.is_empty() {
        help += &format!(" [only: {}]", field.applies_to);
    }
    // The tutorial's variants override the activation, so it has no single default.
    if let Some(value) = field.get(&Recipe::default()).filter(|_| !Experiment::tutorial().is_overridden(field)) {
        help += &format!(" [default: {value}]");
    }
    let name = match field.kind {
        Kind::Choice(_) => "NAME",
        Kind::Whole { .. } | Kind::Real { .. } | Kind::OptionalReal { .. } => "NUMBER",
    };
    let arg = Arg::new(field.key).long(field.key).value_name(name).value_parser(FieldParser(field)).help(help);
    arg.allow_negative_numbers(true).help_heading(field.group.label())
}

/// Parses a field's value, and lists its choices for `--help`.
#[derive(Clone)]
struct FieldParser(&'static Field);

impl TypedValueParser for FieldParser {
    type Value = Value;

    fn parse_ref(&self, command: &Command, arg: Option<&Arg>, value: &OsStr) -> Result<Value, clap::Error> {
        let field = self.0;
        (move |text: &str| field.parse(text)).parse_ref(command, arg, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        let Kind::Choice(all) = self.0.kind else { return None };
        Some(Box::new(all().into_iter().map(|choice| PossibleValue::new(choice.key))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        command().debug_assert();
    }

    #[test]
    fn every_field_is_a_flag_with_its_values_and_its_range() {
        let help = command().term_width(0).render_long_help().to_string();
        for field in &FIELDS {
            assert!(help.contains(&format!("--{} <", field.key)) && help.contains(field.help()), "{}", field.key);
        }
        assert!(help.contains("included; a whole number from 1 to 50 [default: 6]"), "{help}");
    }
}
