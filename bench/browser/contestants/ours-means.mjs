import { ours } from "../ours.mjs";

export default ours("ours-means", "ours, means at every step", "means of |∂C/∂W|, |δ| and |W| of every layer");
