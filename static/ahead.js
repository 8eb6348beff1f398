// Starts the trainers and sends for the digits while the page's program is still on its way. What trainers say or fail by before
// it listens is kept: the program takes each from `ahead` and lets it say that once more. A program that came first has set it.
if (!window.ahead) {
  window.ahead = Object.fromEntries(["sigmoid", "relu", "leaky"].map((name) => {
    const trainer = new Worker("worker_loader.js", { name });
    const said = [];
    trainer.onmessage = trainer.onerror = (event) => {
      event.preventDefault();
      said.push(event);
    };
    return [name, { trainer, said }];
  }));
  for (const name of ["train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"]) {
    const link = { rel: "preload", as: "fetch", href: `mnist/${name}.gz`, crossOrigin: "", fetchPriority: "low" };
    document.head.append(Object.assign(document.createElement("link"), link));
  }
}
