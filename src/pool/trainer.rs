//! What the pool knows of one trainer.

/// Names one trainer of a page's lifetime; a replacement is a new one, so that late messages can be told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TrainerId(pub u32);

pub struct Trainer {
    pub stage: Stage,
    /// Ticks since it was last heard of or addressed.
    silent_ticks: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Not listening yet.
    Starting,
    /// Listening, without data.
    Empty,
    /// Reading its data.
    Loading,
    Loaded,
}

impl Trainer {
    pub fn new() -> Self {
        Self { stage: Stage::Starting, silent_ticks: 0 }
    }

    /// It was heard of or addressed.
    pub fn reset_silence(&mut self) {
        self.silent_ticks = 0;
    }

    /// A second has passed; whether the trainer has been silent for too long. One that trains reports many times a second.
    pub fn tick(&mut self, is_training: bool) -> bool {
        let is_expected = is_training || matches!(self.stage, Stage::Starting | Stage::Loading);
        if !is_expected {
            return false;
        }
        self.silent_ticks += 1;
        let limit = match self.stage {
            // Its program is on its way.
            Stage::Starting => 20,
            Stage::Empty | Stage::Loading | Stage::Loaded => 4,
        };
        self.silent_ticks > limit
    }
}
