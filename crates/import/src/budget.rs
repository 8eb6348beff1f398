//! The limits of an import, and how much of them is used. Memory is counted, not measured: what the caller's files hold, plus every
//! buffer whose size depends on them, while it exists.

use super::error::Defect;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes that are held at the same time: the files themselves and what is decoded from them.
    pub max_bytes: usize,
    /// Bytes that one file inflates to. IDX files are not held but read image by image, so this bounds time, not memory.
    pub max_inflated: u64,
    /// Bytes that all files together are inflated and decoded to; bounds the time.
    pub max_decoded: u64,
    /// Bytes of one decoded image, and of one image in an IDX file.
    pub max_image_bytes: u64,
    /// Pixels of a row or of a column of an image.
    pub max_side: u32,
    /// Files, those in zips included.
    pub max_files: usize,
    /// Images of the result. Of more images, an equal share of each class is taken.
    pub max_images: usize,
}

impl Default for Limits {
    /// Enough for MNIST and for EMNIST's largest set (550 MB inflated), on a device with 1 GB to spare.
    fn default() -> Self {
        Self {
            max_bytes: 512 << 20,
            max_inflated: 640 << 20,
            max_decoded: 16 << 30,
            max_image_bytes: 128 << 20,
            max_side: 16_384,
            max_files: 300_000,
            max_images: 70_000,
        }
    }
}

pub struct Budget {
    pub limits: Limits,
    held: usize,
    decoded: u64,
}

impl Budget {
    pub fn new(limits: Limits) -> Self {
        Self { limits, held: 0, decoded: 0 }
    }

    /// Counts bytes before they are allocated.
    ///
    /// # Errors
    /// They do not fit.
    pub fn hold(&mut self, bytes: usize) -> Result<(), Defect> {
        let held = self.held.checked_add(bytes).filter(|&held| held <= self.limits.max_bytes);
        self.held = held.ok_or(Defect::Memory { limit: self.limits.max_bytes })?;
        Ok(())
    }

    /// Bytes that were counted are freed.
    pub fn release(&mut self, bytes: usize) {
        self.held = self.held.saturating_sub(bytes);
    }

    /// Bytes that can still be held.
    pub fn free(&self) -> usize {
        self.limits.max_bytes.saturating_sub(self.held)
    }

    /// Counts bytes that were inflated or are about to be decoded.
    ///
    /// # Errors
    /// They are too many.
    pub fn decode(&mut self, bytes: u64) -> Result<(), Defect> {
        self.decoded = self.decoded.saturating_add(bytes);
        if self.decoded > self.limits.max_decoded {
            return Err(Defect::Work { limit: self.limits.max_decoded });
        }
        Ok(())
    }

    /// Bytes that the next file may inflate to.
    pub fn inflatable(&self) -> u64 {
        self.limits.max_inflated.min(self.limits.max_decoded.saturating_sub(self.decoded))
    }
}

/// Reserves memory, or says that there is none.
pub fn reserve<T>(buffer: &mut Vec<T>, additional: usize) -> Result<(), Defect> {
    buffer
        .try_reserve_exact(additional)
        .map_err(|_| Defect::Allocation { bytes: additional.saturating_mul(size_of::<T>()) })
}
