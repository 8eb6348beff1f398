// Starts the trainers while the page's program is still on its way. What they say or fail by before it listens is kept:
// the program takes each trainer from here and lets it say that once more.
window.ahead = Object.fromEntries(["sigmoid", "relu", "leaky"].map((name) => {
  const trainer = new Worker("worker_loader.js", { name });
  const said = [];
  trainer.onmessage = trainer.onerror = (event) => {
    event.preventDefault();
    said.push(event);
  };
  return [name, { trainer, said }];
}));
