//! Trains runs in parallel. Each run has its own channel: a receiver that reads one channel after the other gets the runs in
//! order, and the messages of the first unfinished run as they are sent.

use indicatif::ProgressBar;
use lab::experiment::Run;
use lab::run::{CannotTrain, Diverged, Measured, Outcome};
use lab::{Detail, Split, Training};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};

/// A message of a run; the last one is `Ended` or `Failed`.
pub enum Message {
    /// A logged step.
    Logged(Box<Measured>),
    Ended(Result<Outcome, Diverged>),
    Failed(CannotTrain),
}

/// Trains all runs, in their order as far as threads are free. The receivers are in the order of the runs.
pub fn all(runs: Vec<Run>, split: &Arc<Split>, bar: &ProgressBar) -> Vec<Receiver<Message>> {
    let (split, bar) = (Arc::clone(split), bar.clone());
    in_parallel(runs, move |run, sender| {
        let send = |message| _ = sender.send(message);
        match Training::new(run.settings, Detail::Curves, &split) {
            Ok(training) => send(Message::Ended(train(training, &split, &bar, &send))),
            Err(error) => send(Message::Failed(error)),
        }
    })
}

fn train(
    mut training: Training,
    split: &Split,
    bar: &ProgressBar,
    send: &impl Fn(Message),
) -> Result<Outcome, Diverged> {
    let settings = training.settings();
    let mut n_shown = 0;
    let end = training.run_to_end(split, |measured| {
        let step = measured.sample.step;
        bar.inc(u64::from(step - n_shown));
        n_shown = step;
        if settings.is_logged(step) {
            send(Message::Logged(Box::new(measured)));
        }
    });
    bar.inc(u64::from(settings.recipe().steps - n_shown));
    end
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
