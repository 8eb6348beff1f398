import { lean } from "../tfjs.mjs";

export default lean("cpu", "plain JavaScript");
