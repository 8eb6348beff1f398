import { ours } from "../ours.mjs";

export default ours("ours-all", "ours, all at every 10th step", "these means, and histograms of W and ∂C/∂W");
