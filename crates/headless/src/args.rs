//! The command line. Every row of the table of fields is a flag: its help, its values and its errors come from the row.

use super::{Failure, files};
use chart::{Figure, Link};
use clap::builder::{PossibleValue, TypedValueParser};
use clap::error::ErrorKind;
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use export::Format;
use lab::experiment::Run;
use lab::recipe::field::{FIELDS, Group, Kind};
use lab::recipe::{Field, FieldError, Recipe, Value};
use lab::{Experiment, Settings};
use std::error::Error;
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
/// The default of `--seeds` with `--table`, whose cells are medians over seeds.
const TABLE_SEEDS: u32 = 5;

/// The parsed command line.
pub struct Args {
    pub experiment: Experiment,
    /// Runs of each variant; their seeds count up from the variant's seed.
    pub n_seeds: u32,
    /// The folder with the data; None for the bundled digits.
    pub data: Option<PathBuf>,
    pub output: Output,
    /// The files to write after training.
    pub formats: Vec<Format>,
    /// The figures to write after training.
    pub figures: Vec<&'static dyn Figure>,
    /// The link, whose view and options the figures have; its experiment is `experiment`.
    pub link: Link,
    /// The folder of those files.
    pub out: PathBuf,
    /// The folder of the event files to write during training.
    pub logdir: Option<PathBuf>,
    /// Runs that train at the same time; 0 is one per core.
    pub n_jobs: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Output {
    Lines,
    Json,
    Csv,
    Table,
}

impl Args {
    /// Reads the program's arguments. `--help` and `--version` print and exit.
    ///
    /// # Errors
    /// A sentence about the first invalid argument.
    pub fn parse() -> Result<Self, Failure> {
        let matches = command().try_get_matches().map_err(|error| match error.kind() {
            ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => error.exit(),
            _ => usage(&error),
        })?;
        let outputs = [("json", Output::Json), ("csv", Output::Csv), ("table", Output::Table)];
        let output = outputs.into_iter().find(|(flag, _)| matches.get_flag(flag)).map_or(Output::Lines, |(_, it)| it);
        let experiment = if output == Output::Table { table_experiment(&matches) } else { experiment(&matches) };
        let experiment = experiment.map_err(Failure::Usage)?;
        let default = if output == Output::Table { TABLE_SEEDS } else { experiment.n_seeds() };
        let path = |name: &str| matches.get_one::<PathBuf>(name).cloned();
        let args = Self {
            n_seeds: matches.get_one("seeds").copied().unwrap_or(default),
            data: path("data"),
            n_jobs: matches.get_one::<u16>("jobs").copied().unwrap_or_default().into(),
            link: Link { experiment: experiment.clone(), ..view(&matches) },
            experiment,
            output,
            formats: files::formats(&matches),
            figures: files::figures(&matches),
            out: path("out").unwrap_or_else(|| PathBuf::from(".")),
            logdir: path("logdir"),
        };
        args.checked()
    }

    /// Sets the seeds of the experiment, and refuses more than a link can hold where its runs become files.
    fn checked(mut self) -> Result<Self, Failure> {
        let (n, max) = (self.n_seeds, Experiment::MAX_SEEDS);
        let writes_files = self.logdir.is_some() || !self.formats.is_empty() || !self.figures.is_empty();
        if n > max && writes_files {
            let flags = "--export, --figure and --logdir";
            let sentence = format!("seeds is “{n}”, but {flags} take a whole number from 1 to {max}");
            return Err(Failure::Usage(sentence));
        }
        self.experiment = self.experiment.with_n_seeds(n);
        self.link.experiment = self.experiment.clone();
        Ok(self)
    }

    /// The folder with the data.
    pub fn folder(&self) -> PathBuf {
        self.data.clone().unwrap_or_else(folder::bundled)
    }

    /// The runs of an experiment: all seeds of its first variant, then those of the next.
    ///
    /// # Errors
    /// A seed would be larger than `u32::MAX`.
    pub fn runs(&self, experiment: &Experiment) -> Result<Vec<Run>, Failure> {
        let run = |variant: usize, i: u32| {
            let recipe = experiment.recipe(variant);
            let too_large = || {
                let (n, first) = (self.n_seeds, recipe.seed);
                Failure::Usage(format!("{n} seeds from {first} on go beyond the largest, {}", u32::MAX))
            };
            let seed = recipe.seed.checked_add(i).ok_or_else(too_large)?;
            let settings: Settings =
                Recipe { seed, ..recipe }.check().map_err(|error| Failure::Usage(error.to_string()))?;
            Ok(Run { variant, settings })
        };
        let variants = 0..experiment.variants().len();
        variants.flat_map(|variant| (0..self.n_seeds).map(move |i| run(variant, i))).collect()
    }
}

fn command() -> Command {
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
    let mut help = field.help.to_owned();
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

/// The message of a field error, or else clap's message.
fn usage(error: &clap::Error) -> Failure {
    let of_field = error.source().and_then(|source| source.downcast_ref::<FieldError>());
    let sentence = of_field.map_or_else(|| error.to_string(), ToString::to_string);
    Failure::Usage(sentence.trim_start_matches("error: ").trim_end().to_owned())
}

/// The experiment of the link with the flags appended as parameters, so that a flag overrides the link. `--activation` without
/// `--run` makes one variant.
fn experiment(matches: &ArgMatches) -> Result<Experiment, String> {
    let link = matches.get_one::<String>("link").map_or("", |link| query(link));
    let runs: Vec<&String> = matches.get_many("run").into_iter().flatten().collect();
    let activation = matches.get_one::<Value>("activation").filter(|_| runs.is_empty()).map(ToString::to_string);
    let replaces_runs = !runs.is_empty() || activation.is_some();
    let mut pairs = form_urlencoded::Serializer::new(String::new());
    pairs.extend_pairs(form_urlencoded::parse(link.as_bytes()).filter(|(name, _)| !(replaces_runs && name == "run")));
    pairs.extend_pairs(runs.into_iter().chain(&activation).map(|run| ("run", run)));
    for (field, value) in given(matches).filter(|(field, _)| activation.is_none() || field.key != "activation") {
        pairs.append_pair(field.key, &value.to_string());
    }
    let (experiment, errors) = Experiment::from_query(&pairs.finish());
    if let Some(error) = errors.first() {
        return Err(error.to_string());
    }
    let sweeps: Vec<&String> = matches.get_many("sweep").into_iter().flatten().collect();
    sweeps.into_iter().try_fold(experiment, |experiment, sweep| crossed(&experiment, sweep))
}

/// An experiment with another axis, read from `depth=3,6,10`.
fn crossed(experiment: &Experiment, sweep: &str) -> Result<Experiment, String> {
    let axis = sweep.split_once('=').and_then(|(key, values)| Some((Field::find(key)?, values)));
    let (field, values) = axis.ok_or_else(|| {
        format!("sweep is “{sweep}”, but must be the name of a field, = and values with commas between them")
    })?;
    experiment.crossed(field, values.split(',')).map_err(|error| error.to_string())
}

/// What the link says about figures; what is invalid there has its default, as on the page.
fn view(matches: &ArgMatches) -> Link {
    Link::from_query(matches.get_one::<String>("link").map_or("", |link| query(link)), &[]).0
}

/// The experiment of the table, with the given flags.
fn table_experiment(matches: &ArgMatches) -> Result<Experiment, String> {
    let with = |experiment: Experiment, (field, value): (&Field, &Value)| experiment.with(field, &value.to_string());
    given(matches).try_fold(Experiment::depth_and_initialization(), with).map_err(|error| error.to_string())
}

/// The fields that were given as flags, with their values.
fn given(matches: &ArgMatches) -> impl Iterator<Item = (&'static Field, &Value)> {
    FIELDS.iter().filter_map(|field| Some((field, matches.get_one::<Value>(field.key)?)))
}

/// The query of a link, or the text itself if it is a query.
fn query(link: &str) -> &str {
    let link = link.split_once('#').map_or(link, |(link, _)| link);
    link.split_once('?').map_or(if link.contains("://") { "" } else { link }, |(_, query)| query)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(args: &str) -> Result<Experiment, String> {
        let args = std::iter::once("headless").chain(args.split_whitespace());
        experiment(&command().try_get_matches_from(args).map_err(|error| usage(&error).to_string())?)
    }

    #[test]
    fn the_command_line_is_well_formed() {
        command().debug_assert();
    }

    #[test]
    fn every_field_is_a_flag_with_its_values_and_its_range() {
        let help = command().term_width(0).render_long_help().to_string();
        for field in &FIELDS {
            assert!(help.contains(&format!("--{} <", field.key)) && help.contains(field.help), "{}", field.key);
        }
        assert!(help.contains("included; a whole number from 1 to 50 [default: 6]"), "{help}");
    }

    #[test]
    fn flags_are_read_as_a_link_would_be() {
        for (args, link) in [
            ("", "seed=1"),
            ("--activation leaky --slope 0.2", "seed=1&slope=0.2&run=leaky"),
            ("--std 0.1 --init normal --seed 7", "seed=7&init=normal&std=0.1"),
            ("--run relu --run leaky,slope:0.5 --depth 12", "seed=1&depth=12&run=relu&run=leaky,slope:0.5"),
            ("--run norm:batch --activation tanh", "seed=1&activation=tanh&run=norm:batch"),
            ("--link https://a.example/b/?depth=12&run=tanh&seeds=3#log", "seed=1&depth=12&run=tanh&seeds=3"),
            ("--link ?depth=12&run=tanh --depth 3 --activation relu", "seed=1&depth=3&run=relu"),
            ("--link https://a.example/ --rate 0.5", "seed=1&rate=0.5"),
            (
                "--run relu --sweep depth=3,6 --sweep norm=none,batch",
                "seed=1&run=relu,depth:3,norm:none&run=relu,depth:6,norm:none&run=relu,depth:3,norm:batch&\
                 run=relu,depth:6,norm:batch",
            ),
        ] {
            assert_eq!(read(args).map(|experiment| experiment.to_query()), Ok(link.into()), "{args}");
        }
    }

    #[test]
    fn what_a_link_gets_wrong_is_an_error_here() {
        assert!(
            read("--sweep color=red").unwrap_err().starts_with("sweep is “color=red”, but must be the name of a field")
        );
        assert!(read("--sweep depth=3,99").unwrap_err().starts_with("depth is “99”, but must be"));
        let too_deep = "depth is “51”, but must be a whole number from 1 to 50";
        assert_eq!(read("--link depth=51").unwrap_err(), too_deep);
        assert_eq!(read("--run relu,color:red").unwrap_err(), "run 1 has no field “color”");
    }
}
