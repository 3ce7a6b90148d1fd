// Follows the box's state and hands it to the parts that draw.

import { wireHands } from "./hands.js";
import { drawLaptops } from "./laptop.js";
import { drawSide, wireAccidents } from "./side.js";
import { watch } from "./television.js";

function draw(state) {
  drawLaptops(state.room?.inputs ?? [], state.laptops);
  drawSide(state);
}

wireAccidents();
wireHands();
watch();
new EventSource("/api/state").addEventListener("message", (event) => draw(JSON.parse(event.data)));
