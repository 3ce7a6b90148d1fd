/* Gives every frame its address and scales it to its place. What is chosen stands in the page's address. */

const choices = ["language", "size", "theme"].map((id) => document.getElementById(id));
const frames = [...document.querySelectorAll("figure")];

for (const choice of choices) {
  const wanted = new URLSearchParams(location.search).get(choice.id);
  if ([...choice.options].some((option) => option.value === wanted)) choice.value = wanted;
  choice.addEventListener("change", chosen);
}
addEventListener("resize", fit);
chosen();

function chosen() {
  const [language, , theme] = choices.map((choice) => choice.value);
  history.replaceState(null, "", `?${new URLSearchParams(choices.map((choice) => [choice.id, choice.value]))}`);
  for (const figure of frames) {
    const address = `http://${figure.dataset.state}--${theme}.localhost:${location.port}/?language=${language}`;
    const frame = figure.querySelector("iframe");
    if (frame.src !== address) frame.src = address;
    figure.querySelector("a").href = address;
  }
  fit();
}

function fit() {
  const [width, height] = choices[1].value.split("x").map(Number);
  for (const figure of frames) {
    const place = figure.querySelector(".frame");
    const frame = place.firstElementChild;
    const scale = place.clientWidth / width;
    place.style.height = `${height * scale}px`;
    Object.assign(frame.style, { width: `${width}px`, height: `${height}px`, transform: `scale(${scale})` });
  }
}
