import { ours } from "../ours.mjs";

export default ours("ours", "ours, wasm", "");
