//! The state of one trainer.

/// Identifies one trainer in the lifetime of a page. A replacement gets a new id, so that late messages of the old trainer are ignored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TrainerId(pub u32);

pub struct Trainer {
    pub id: TrainerId,
    pub stage: Stage,
    /// Data sets that were sent and not answered. Others may follow before the answer.
    n_loading: u32,
    /// Ticks since the last message to or from the trainer, while an answer was due.
    silent_ticks: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Its program is loading.
    Starting,
    /// Ready for messages, without data.
    Empty,
    /// Reading its data.
    Loading,
    Loaded,
}

impl Trainer {
    pub fn new(id: TrainerId) -> Self {
        Self { id, stage: Stage::Starting, n_loading: 0, silent_ticks: 0 }
    }

    /// Data are sent.
    pub fn load(&mut self) {
        self.stage = Stage::Loading;
        self.n_loading += 1;
        self.reset_silence();
    }

    /// Counts an answer to data. Returns whether it is about the data in use.
    pub fn has_loaded(&mut self) -> bool {
        self.n_loading = self.n_loading.saturating_sub(1);
        self.n_loading == 0 && self.stage == Stage::Loading
    }

    /// Restarts the watchdog: a message was sent or received. Returns the ticks since the one before.
    pub fn reset_silence(&mut self) -> u32 {
        std::mem::take(&mut self.silent_ticks)
    }

    /// Counts a tick if an answer is due. Returns whether none has come for `limit` ticks.
    pub fn tick(&mut self, is_training: bool, limit: u32) -> bool {
        let is_due = is_training || matches!(self.stage, Stage::Starting | Stage::Loading);
        self.silent_ticks += u32::from(is_due);
        is_due && self.silent_ticks >= limit
    }
}
