//! Weights with orthonormal columns, or rows if there are fewer rows: a square linear layer then keeps the norm of every a and δ
//! (Saxe, McClelland and Ganguli, 2014). The distribution is Haar's, that of Q in A = QR for a Gaussian matrix A if the diagonal
//! of R is positive (Mezzadri, 2007). No matrix is factored: a reflected Gaussian matrix is Gaussian again, so each reflection can
//! be drawn anew, in half the time (Stewart, 1980). Only + − × ÷ √, each sum in index order.

use crate::{Float, rng::Rng};

/// Fills `w` `[fan_in, fan_out]`. Takes 2 m n² − ⅔ n³ operations and 8 m n bytes, for m the larger and n the smaller side.
pub fn fill<F: Float>(w: &mut [F], fan_in: usize, fan_out: usize, rng: &mut Rng) {
    if fan_in >= fan_out {
        let q = orthonormal_columns(fan_in, fan_out, rng);
        w.iter_mut().zip(q).for_each(|(w, q)| *w = F::from_f64(q));
    } else {
        let q = orthonormal_columns(fan_out, fan_in, rng);
        let transposed = (0..fan_in).flat_map(|i| q.iter().skip(i).step_by(fan_in));
        w.iter_mut().zip(transposed).for_each(|(w, &q)| *w = F::from_f64(q));
    }
}

/// Q `[m, n]` with QᵀQ = 1, for m ≥ n.
fn orthonormal_columns(m: usize, n: usize, rng: &mut Rng) -> Vec<f64> {
    let mut q = vec![0.0; m * n];
    let mut u = Vec::with_capacity(m);
    let mut normals = rng.normals();
    for k in (0..n).rev() {
        u.clear();
        u.extend(normals.by_ref().take(m - k));
        let norm = u.iter().fold(0.0, |sum, u| sum + u * u).sqrt();
        u.iter_mut().for_each(|u| *u /= norm);
        border(&mut q, n, k, &u);
    }
    q
}

/// Extends the orthonormal block of `q` from row and column k + 1 on by row and column k: the first column of the new block becomes
/// the unit vector u `[m − k]`, and the other columns c, whose first entry is 0, are reflected into the complement of u.
///
/// With s the sign of u₁ and v = u + s e₁, the reflection H = 1 − vvᵀ / (1 + |u₁|) maps e₁ to −s u. The column is u itself, not
/// −s u, whose first entry is never positive; this is the sign correction that QR needs.
fn border(q: &mut [f64], n: usize, k: usize, u: &[f64]) {
    let (above, below) = q.split_at_mut((k + 1) * n);
    let (first, u_below) = (u[0], &u[1..]);
    // v·c for each column c.
    let mut dots = vec![0.0; n - k - 1];
    for (row, &u) in below.chunks_exact(n).zip(u_below) {
        dots.iter_mut().zip(&row[k + 1..]).for_each(|(dot, &c)| *dot += u * c);
    }
    let top = &mut above[k * n + k..];
    top[0] = first;
    top[1..].iter_mut().zip(&dots).for_each(|(c, &dot)| *c = -dot * first.signum());
    for (row, &u) in below.chunks_exact_mut(n).zip(u_below) {
        row[k] = u;
        let scale = u / (1.0 + first.abs());
        row[k + 1..].iter_mut().zip(&dots).for_each(|(c, &dot)| *c -= scale * dot);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn orthogonal(fan_in: usize, fan_out: usize, seed: u32) -> Vec<f64> {
        let mut w = vec![0.0; fan_in * fan_out];
        fill(&mut w, fan_in, fan_out, &mut Rng::weights(seed));
        w
    }

    /// The largest entry of |AᵀA − 1| for A `[m, n]` by columns.
    fn defect(columns: &[Vec<f64>]) -> f64 {
        let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
        let entries = columns.iter().enumerate().flat_map(|(i, a)| {
            columns.iter().enumerate().map(move |(j, b)| (dot(a, b) - f64::from(u8::from(i == j))).abs())
        });
        entries.fold(0.0, f64::max)
    }

    #[test]
    fn columns_or_rows_are_orthonormal() {
        for (fan_in, fan_out) in
            [(1, 1), (1, 7), (7, 1), (10, 10), (31, 30), (30, 31), (256, 256), (784, 512), (10, 512)]
        {
            let w = orthogonal(fan_in, fan_out, 1);
            let rows = || w.chunks_exact(fan_out).map(<[f64]>::to_vec).collect::<Vec<_>>();
            let columns =
                || (0..fan_out).map(|j| w[j..].iter().step_by(fan_out).copied().collect()).collect::<Vec<_>>();
            let defect = defect(&if fan_in < fan_out { rows() } else { columns() });
            assert!(defect < 1e-12, "{fan_in} × {fan_out}: {defect:e}");
        }
    }

    #[test]
    fn every_entry_has_haars_moments() {
        const N: u32 = 100_000;
        for (m, n) in [(3, 3), (4, 2), (2, 4)] {
            let mut moments = vec![[0.0; 4]; m * n];
            let mut rng = Rng::weights(1);
            let mut w = vec![0.0f64; m * n];
            for _ in 0..N {
                fill(&mut w, m, n, &mut rng);
                for (sums, w) in moments.iter_mut().zip(&w) {
                    sums.iter_mut().zip(1..).for_each(|(sum, k)| *sum += w.powi(k) / f64::from(N));
                }
            }
            // A column (or row) is a random direction u of d entries:
            // E u² = 1 / d, E u⁴ = 3 / (d (d + 2)), E u⁶ = 15 / (d (d + 2) (d + 4)), E u⁸ = that × 7 / (d + 6).
            let d = m.max(n) as f64;
            let second = 1.0 / d;
            let fourth = 3.0 * second / (d + 2.0);
            let sixth = 5.0 * fourth / (d + 4.0);
            let eighth = 7.0 * sixth / (d + 6.0);
            let expected_moments =
                [(0.0, second), (second, fourth - second * second), (0.0, sixth), (fourth, eighth - fourth * fourth)];
            for (entry, moments) in moments.iter().enumerate() {
                for (k, (moment, (expected, variance))) in moments.iter().zip(expected_moments).enumerate() {
                    let five_sigma = 5.0 * (variance / f64::from(N)).sqrt();
                    let found = format!("{m} × {n}, entry {entry}, moment {}: {moment} against {expected}", k + 1);
                    assert!((moment - expected).abs() < five_sigma, "{found} ± {five_sigma}");
                }
            }
        }
    }

    #[test]
    fn the_trace_has_haars_moments() {
        // On O(4) a trace has the moments of N(0, 1) up to the eighth (Diaconis and Shahshahani, 1994). On rotations alone the
        // fourth would be 4.
        const N: u32 = 100_000;
        let mut rng = Rng::weights(1);
        let mut w = [0.0f64; 16];
        let mut moments = [0.0; 4];
        for _ in 0..N {
            fill(&mut w, 4, 4, &mut rng);
            let trace: f64 = w.iter().step_by(5).sum();
            moments.iter_mut().zip(1..).for_each(|(sum, k)| *sum += trace.powi(k) / f64::from(N));
        }
        let expected_moments = [(0.0, 1.0), (1.0, 2.0), (0.0, 15.0), (3.0, 96.0)];
        for (k, (moment, (expected, variance))) in moments.iter().zip(expected_moments).enumerate() {
            let five_sigma = 5.0 * f64::sqrt(variance / f64::from(N));
            assert!(
                (moment - expected).abs() < five_sigma,
                "moment {}: {moment} against {expected} ± {five_sigma}",
                k + 1
            );
        }
    }
}
