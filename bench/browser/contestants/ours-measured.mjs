import { ours } from "../ours.mjs";

export default ours("ours-measured", "ours, measured", "a sample every tenth step, histograms and held-out digits every 200th, as on the page");
