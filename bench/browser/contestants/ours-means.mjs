import { ours } from "../ours.mjs";

export default ours("ours-means", "ours, means at every step", "means of |∂C/∂W| and |δ| of every layer");
