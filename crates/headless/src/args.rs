//! What the command line asks for: an experiment with its runs, and what becomes of them. `command` has the flags.

use super::command::command;
use super::{Failure, files};
use chart::{Figure, Link};
use clap::ArgMatches;
use clap::error::ErrorKind;
use export::Format;
use lab::experiment::Run;
use lab::recipe::field::FIELDS;
use lab::recipe::{Field, FieldError, Recipe, Value};
use lab::{Experiment, Settings};
use std::error::Error;
use std::path::PathBuf;

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
