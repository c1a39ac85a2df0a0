"use strict";
// Without this script every picture is shown beside the others; it adds the choice and the divider.

function option(text) {
  const made = document.createElement("option");
  made.textContent = text;
  return made;
}

function chooser(place, label, texts, chosen, changed) {
  const wrap = document.createElement("label");
  const select = document.createElement("select");
  wrap.append(label, select);
  // Or its name would be that of all options, too.
  select.setAttribute("aria-label", label);
  select.append(...texts.map(option));
  select.selectedIndex = chosen;
  select.addEventListener("change", () => changed());
  place.append(wrap);
  return select;
}

function makeDivider(comparison) {
  const box = document.createElement("div");
  box.className = "divider";
  const pictures = [new Image(), new Image()];
  const sides = ["left", "right"].map((side) => {
    const label = document.createElement("span");
    label.className = "side " + side;
    return label;
  });
  const handle = document.createElement("div");
  handle.className = "handle";
  handle.tabIndex = 0;
  for (const [name, value] of [["role", "slider"], ["aria-valuemin", 0], ["aria-valuemax", 100]]) {
    handle.setAttribute(name, value);
  }
  handle.setAttribute("aria-label", "divider between the two pictures");
  box.append(...pictures, ...sides, handle);

  let split = 50;
  const move = (value) => {
    split = Math.min(100, Math.max(0, value));
    box.style.setProperty("--split", split + "%");
    handle.setAttribute("aria-valuenow", Math.round(split));
  };
  const follow = (event) => {
    const area = box.getBoundingClientRect();
    move(((event.clientX - area.left) / area.width) * 100);
  };
  box.addEventListener("pointerdown", (event) => {
    box.setPointerCapture(event.pointerId);
    follow(event);
  });
  box.addEventListener("pointermove", (event) => {
    if (box.hasPointerCapture(event.pointerId)) follow(event);
  });
  handle.addEventListener("keydown", (event) => {
    const to = { ArrowLeft: split - 5, ArrowRight: split + 5, Home: 0, End: 100 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    move(to);
  });
  move(50);

  const tiles = [...comparison.querySelectorAll(".tiles img")];
  comparison.querySelector(".body").prepend(box);
  comparison.classList.add("with-divider");
  return (...places) => places.forEach((place, i) => {
    pictures[i].src = tiles[place].src;
    pictures[i].alt = tiles[place].alt;
    sides[i].textContent = tiles[place].dataset.title;
  });
}

function start() {
  const comparisons = [...document.querySelectorAll(".comparison")];
  if (comparisons.length === 0) return;
  const place = document.getElementById("choices");
  const unique = (name) => [...new Set(comparisons.map((one) => one.dataset[name]))];
  const cameras = unique("camera"), frames = unique("frame");
  const titles = [...comparisons[0].querySelectorAll(".tiles img")].map((i) => i.dataset.title);
  const dividers = new Map();
  const update = () => {
    for (const one of comparisons) {
      one.hidden = one.dataset.camera !== cameras[camera.selectedIndex] ||
        one.dataset.frame !== frames[frame.selectedIndex];
      if (one.hidden) continue;
      if (!dividers.has(one)) dividers.set(one, makeDivider(one));
      dividers.get(one)(left.selectedIndex, right.selectedIndex);
    }
  };
  const camera = chooser(place, "camera", cameras, 0, update);
  const frame = chooser(place, "frame", frames, 0, update);
  const left = chooser(place, "left", titles, 0, update);
  const right = chooser(place, "right", titles, 1, update);
  update();
}

start();
