import { ours } from "../ours.mjs";

export default ours("ours-all", "ours, all at every tenth step", "all that the laboratory measures of a batch, histograms too");
