import { h, show } from "../dom.js";
export async function draw(section) { show(section, h("h1", { text: "theories" })); }
