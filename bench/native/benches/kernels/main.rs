//! How near the trainer's kernels come to what the machine can do: Criterion times each, and a table sets its speed beside its
//! roof (Williams, Waterman and Patterson, 2009), the lower of the processor's and the memory's limit. Both limits are measured
//! here, on one core and with vectors of 128 bits, which is what wasm has. Written to `bench/KERNELS.md`.

mod kernel;
mod roof;
mod table;

use criterion::Criterion;
use kernel::Kernel;
use std::path::Path;
use std::time::Duration;

fn main() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("criterion");
    let mut criterion = Criterion::default()
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2))
        .output_directory(&folder)
        .configure_from_args();
    let mut kernels: Vec<Kernel> = roof::kernels();
    kernels.extend(kernel::kernels());
    let mut rows = Vec::new();
    for Kernel { name, work, mut run } in kernels {
        criterion.bench_function(&name, |bencher| bencher.iter(&mut run));
        rows.push((name, work));
    }
    match table::write(&rows, &folder, Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../KERNELS.md"))) {
        Ok(table) => println!("\n{table}"),
        Err(error) => eprintln!("no table: {error}"),
    }
}
