//! How fast a page trains.

/// The steps of the tutorial's runs.
const STEPS: f64 = 2_500.0;

/// The speed of training that a reader has chosen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Speed {
    Slow,
    #[default]
    Normal,
    /// As fast as the machine can.
    Fast,
}

impl Speed {
    pub const ALL: [Self; 3] = [Self::Slow, Self::Normal, Self::Fast];

    /// The name in links.
    pub fn key(self) -> &'static str {
        match self {
            Self::Slow => "slow",
            Self::Normal => "normal",
            Self::Fast => "fast",
        }
    }

    /// As a reader chooses it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Slow => "slow",
            Self::Normal => "normal",
            Self::Fast => "as fast as possible",
        }
    }

    pub fn find(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|speed| speed.key() == key)
    }

    /// The seconds that a run of [`STEPS`] or more steps takes; None if it takes as long as computing it takes.
    fn seconds(self) -> Option<f64> {
        match self {
            Self::Slow => Some(21.0),
            Self::Normal => Some(7.0),
            Self::Fast => None,
        }
    }

    /// The updates that are made `elapsed` seconds after `step` of `steps` updates. The first steps take longest: in them most changes. A
    /// shorter run has the same pace, so that it ends earlier.
    /// More than `step`; None at the end, and where nothing is paced.
    pub fn next(self, step: u32, steps: u32, elapsed: f64) -> Option<u32> {
        let (step, steps) = (f64::from(step), f64::from(steps));
        let seconds = self.seconds()? * (steps / STEPS).min(1.0).sqrt();
        // The share of the time that has passed is the square root of the share of the steps.
        let share = (step / steps).sqrt() + elapsed / seconds;
        let next = (share * share * steps).max(step + 1.0);
        (next < steps).then_some(next.round() as u32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_paced_run_takes_its_time_and_is_slowest_at_first() {
        for speed in Speed::ALL {
            assert_eq!(Speed::find(speed.key()), Some(speed));
        }
        assert_eq!(Speed::ALL.map(Speed::label), ["slow", "normal", "as fast as possible"]);
        assert_eq!(Speed::find("Slow"), None);
        assert_eq!((Speed::Fast.next(0, 2_500, 0.05), Speed::Normal.next(0, 1, 0.05)), (None, None));
        for (speed, steps, seconds) in [
            (Speed::Normal, 2_500, 7.0),
            (Speed::Slow, 2_500, 21.0),
            (Speed::Normal, 100, 1.4),
            (Speed::Normal, 100_000, 7.0),
        ] {
            let (mut step, mut time, mut at_50) = (0, 0.0, 0.0);
            while let Some(next) = speed.next(step, steps, 0.05) {
                assert!(next > step && next <= steps);
                time += 0.05;
                step = next;
                if step <= 50 {
                    at_50 = time;
                }
            }
            assert!((0.9..=1.05).contains(&(time / seconds)), "{steps} steps: {time} s");
            if steps == 2_500 {
                assert!(at_50 > 0.1 * time, "{at_50} s of {time} s");
            }
        }
    }
}
