import { lean } from "../tfjs.mjs";

export default lean("wasm", "SIMD, one thread");
