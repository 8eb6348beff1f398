//! The largest error of each elementary function over all 2³² `f32`, on all cores: `cargo bench --bench ulp`.

use nn::ulp::{Function, Worst};
use std::array::from_fn;
use std::thread;
use std::time::Instant;

fn main() {
    println!("{:8} {:>9} {:>8} {:>15} {:>15} {:>5}", "function", "max ULP", "stated", "at", "inputs", "s");
    for function in Function::ALL {
        let start = Instant::now();
        let Worst { ulp, x, n } = everywhere(&function);
        let seconds = start.elapsed().as_secs_f64();
        println!("{:8} {ulp:9.4} {:8} {x:15e} {n:15} {seconds:5.0}", function.name, function.max_ulp);
        assert!(ulp <= function.max_ulp, "{} is off by more than is stated", function.name);
    }
}

fn everywhere(function: &Function) -> Worst {
    let n_threads = thread::available_parallelism().map_or(1, |n| n.get()) as u32;
    thread::scope(|scope| {
        // Four neighbours at a time, thread by thread.
        let part = |first| (first..1 << 30).step_by(n_threads as usize).map(|i| from_fn(|lane| 4 * i + lane as u32));
        let threads: Vec<_> = (0..n_threads).map(|first| scope.spawn(move || function.worst(part(first)))).collect();
        threads.into_iter().filter_map(|thread| thread.join().ok()).fold(Worst::default(), Worst::or)
    })
}
