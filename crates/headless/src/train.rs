//! Trains runs in parallel. Each run has its own channel: a receiver that reads one channel after the other gets the runs in
//! order, and the messages of the first unfinished run as they are sent.

use super::logdir::EventFile;
use export::{Need, Record, Stopped};
use indicatif::ProgressBar;
use lab::experiment::Run;
use lab::run::{CannotTrain, Measured};
use lab::{Detail, Split};
use std::io;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};

/// A message of a run; the last one is none of `Logged`.
pub enum Message {
    /// A logged step.
    Logged(Box<Measured>),
    Ended(Box<Record>),
    CannotTrain(CannotTrain),
    /// The event file cannot be written.
    CannotLog(PathBuf, io::Error),
}

/// A run and the event file to write during its training.
pub struct Job {
    pub run: Run,
    pub event_file: Option<PathBuf>,
}

/// Trains all runs, in their order as far as threads are free. The receivers are in the order of the runs.
pub fn all(jobs: Vec<Job>, need: Need, split: &Arc<Split>, bar: &ProgressBar) -> Vec<Receiver<Message>> {
    let need = need.and(Need { detail: Detail::Curves, ..Need::default() });
    let (split, bar) = (Arc::clone(split), bar.clone());
    in_parallel(jobs, move |job, sender| {
        let send = |message| _ = sender.send(message);
        send(train(job, need, &split, &bar, &send));
    })
}

/// Trains one run. Returns its last message.
fn train(job: Job, need: Need, split: &Split, bar: &ProgressBar, send: &impl Fn(Message)) -> Message {
    let Job { run: Run { settings, .. }, event_file: path } = job;
    let detail = if path.is_some() { Detail::Everything } else { Detail::Outcome };
    let need = need.and(Need { detail, ..Need::default() });
    let mut file = None;
    if let Some(path) = path {
        match EventFile::create(&path) {
            Ok(created) => file = Some((path, created)),
            Err(error) => return Message::CannotLog(path, error),
        }
    }
    let (mut n_shown, mut log_error) = (0, None);
    let record = export::record(settings, split, need, |_, measured| {
        let Some(measured) = measured else { return ControlFlow::Continue(()) };
        let (step, is_logged) = (measured.sample.step, settings.is_logged(measured.sample.step));
        bar.inc(u64::from(step - n_shown));
        n_shown = step;
        log_error = file.as_mut().and_then(|(_, file)| file.append(measured, is_logged).err());
        if is_logged {
            send(Message::Logged(Box::new(measured.clone())));
        }
        if log_error.is_some() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    bar.inc(u64::from(settings.recipe().steps - n_shown));
    let flushed = file.map(|(path, file)| (path, log_error.map_or_else(|| file.finish(), Err)));
    match (record, flushed) {
        (_, Some((path, Err(error)))) => Message::CannotLog(path, error),
        (Ok(record), _) => Message::Ended(Box::new(record)),
        (Err(Stopped::CannotTrain(error)), _) => Message::CannotTrain(error),
        // Only a failing event file cancels.
        (Err(Stopped::Canceled), _) => Message::CannotLog(PathBuf::new(), io::ErrorKind::Interrupted.into()),
    }
}

/// Calls `work` for every item on the global thread pool, in the order of the items as far as threads are free. The receiver of
/// an item ends when its call returns. A call goes on if its receiver is dropped; it stops only with the program.
pub fn in_parallel<I, M>(items: Vec<I>, work: impl Fn(I, &Sender<M>) + Send + Sync + 'static) -> Vec<Receiver<M>>
where
    I: Send + 'static,
    M: Send + 'static,
{
    let work = Arc::new(work);
    let start = |item| {
        let ((sender, receiver), work) = (channel(), Arc::clone(&work));
        rayon::spawn_fifo(move || work(item, &sender));
        receiver
    };
    items.into_iter().map(start).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ends_late_is_still_received_in_its_place() {
        let receivers = in_parallel((0..20_u64).collect(), |i, sender| {
            // Later items are done sooner.
            (0..(20 - i) * 1_000).for_each(|_| std::thread::yield_now());
            sender.send((i, 0)).unwrap();
            sender.send((i, 1)).unwrap();
        });
        let received: Vec<_> = receivers.into_iter().flatten().collect();
        assert_eq!(received, (0..20).flat_map(|i| [(i, 0), (i, 1)]).collect::<Vec<_>>());
    }
}
