"""The page of a report: its look and what it does, without any of a dataset's words.

``@DATA@`` stands for the dataset as JSON, which the script puts into the page as text only. The
policy in its head forbids everything that is not in the page's own folder.
"""

from __future__ import annotations

_STYLE = """
:root { color-scheme: dark; --line: #34383f; --dim: #9aa1ac; --hot: #e8a33d; --card: #1e2126; }
* { box-sizing: border-box; }
body { margin: 0; background: #15171a; color: #e6e8eb; font: 14px/1.45 system-ui, sans-serif; }
header { padding: 20px 28px 8px; }
h1 { margin: 0 0 4px; font-size: 22px; overflow-wrap: anywhere; }
.dim { color: var(--dim); }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(230px, 1fr)); gap: 14px;
  padding: 8px 28px; }
.charts.skipped { grid-template-columns: minmax(0, 2fr) minmax(0, 1fr); }
.charts.skipped .row { grid-template-columns: minmax(60px, 60%) 1fr 48px; }
.chart { background: var(--card); border: 1px solid var(--line); border-radius: 6px;
  padding: 10px 12px; }
.chart h2 { margin: 0 0 6px; font-size: 13px; font-weight: 600; }
.row { display: grid; grid-template-columns: minmax(60px, 40%) 1fr 48px; gap: 8px;
  align-items: center; width: 100%; border: 0; background: none; color: inherit; font: inherit;
  font-size: 12px; padding: 1px 4px; text-align: left; border-radius: 3px; }
button.row { cursor: pointer; }
button.row:hover, button.row:focus-visible { background: #2a2e35; }
button.row[aria-pressed=true] { background: #4a3a1b; }
.row i { display: block; height: 9px; background: #5b8bd0; border-radius: 2px; min-width: 1px; }
.row b { font-weight: 400; text-align: right; color: var(--dim); }
.row span { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
nav { position: sticky; top: 0; z-index: 1; display: flex; flex-wrap: wrap; gap: 10px;
  align-items: center; padding: 10px 28px; background: #15171aee;
  border-bottom: 1px solid var(--line); }
nav button, nav select, nav input { font: inherit; color: inherit; background: #262a30;
  border: 1px solid var(--line); border-radius: 5px; padding: 5px 10px; }
nav button { cursor: pointer; }
nav button:disabled { opacity: .4; cursor: default; }
nav button[aria-pressed=true] { border-color: var(--hot); color: var(--hot); }
nav .fill { flex: 1; }
main { display: grid; grid-template-columns: repeat(auto-fill, minmax(300px, 1fr)); gap: 14px;
  padding: 14px 28px 40px; align-items: start; }
article { background: var(--card); border: 1px solid var(--line); border-radius: 6px;
  overflow: hidden; }
.pics { display: grid; gap: 2px; background: #000; grid-template-columns: repeat(auto-fit,
  minmax(96px, 1fr)); min-height: 40px; position: relative; }
.pics img { width: 100%; height: 100%; max-height: 230px; object-fit: contain; display: block; }
.pics video { width: 100%; max-height: 320px; grid-column: 1 / -1; }
.pics button { position: absolute; right: 6px; bottom: 6px; border: 0; border-radius: 4px;
  background: #000a; color: #fff; padding: 3px 9px; font: inherit; cursor: pointer; }
.text { padding: 9px 12px 11px; overflow-wrap: anywhere; }
.text p { margin: 0 0 6px; }
.facts { display: flex; flex-wrap: wrap; gap: 2px 10px; font-size: 12px; color: var(--dim); }
.why { color: #f0b357; }
ol { margin: 6px 0 0; padding-left: 20px; font-size: 13px; }
.tag { border: 1px solid var(--line); border-radius: 3px; padding: 0 5px; }
.none { grid-column: 1 / -1; padding: 40px; text-align: center; color: var(--dim); }
"""

_SCRIPT = """
"use strict";
const data = JSON.parse(document.getElementById("data").textContent);
const PER_PAGE = 60;
const state = { side: "clips", page: 0, filters: new Map(), words: "", film: "" };
const byId = (id) => document.getElementById(id);
function make(kind, name, text) {
  const one = document.createElement(kind);
  if (name) one.className = name;
  if (text !== undefined) one.textContent = text;
  return one;
}
function time(s) {
  const whole = Math.floor(s), sign = (n) => String(n).padStart(2, "0");
  return Math.floor(whole / 3600) + ":" + sign(Math.floor(whole / 60) % 60) + ":" +
    sign(whole % 60);
}
function binned(edges, unit) {
  return (value) => {
    let place = 0;
    while (place < edges.length && value >= edges[place]) place += 1;
    if (place === 0) return "under " + edges[0] + unit;
    if (place === edges.length) return edges[place - 1] + unit + " and more";
    return edges[place - 1] + " to " + edges[place] + unit;
  };
}
const lengths = binned([1, 2, 3, 4, 6, 8, 10, 12, 15], " s");
const motions = binned([0.3, 1, 2, 4, 8, 16], "");
const sharps = binned([0.1, 0.2, 0.4, 0.6, 1], "");
const charts = {
  clips: [
    ["Length", (c) => [lengths(c.s)], true],
    ["Shots in a clip", (c) => [String(c.shots.length)], true],
    ["Camera", (c) => c.moves.length ? c.moves : ["unknown"], false],
    ["Motion, thousandths of a width a frame", (c) => [motions(c.q[0])], true],
    ["Sharpness", (c) => [sharps(c.q[1])], true],
    ["Side", (c) => [c.split], false],
    ["Captioned by", (c) => [c.by], false],
  ],
  skipped: [
    ["Reason", (c) => c.kinds, false],
    ["Length", (c) => [lengths(c.s)], true],
  ],
};
function kept(except) {
  const words = state.words.toLowerCase();
  return data[state.side].filter((c) => {
    for (const [title, wanted] of state.filters) {
      if (title === except) continue;
      const chart = charts[state.side].find((one) => one[0] === title);
      if (chart && !chart[1](c).includes(wanted)) return false;
    }
    if (state.film && c.film !== state.film) return false;
    return !words || JSON.stringify([c.film, c.id, c.text, c.shots, c.who, c.why])
      .toLowerCase().includes(words);
  });
}
function drawCharts() {
  const place = byId("charts");
  place.replaceChildren();
  place.className = "charts " + state.side;
  for (const [title, of, inOrder] of charts[state.side]) {
    const counts = new Map();
    for (const c of kept(title)) for (const key of of(c)) {
      counts.set(key, (counts.get(key) || 0) + 1);
    }
    const number = (key) => key.startsWith("under") ? -1 : parseFloat(key);
    const rows = [...counts].sort(inOrder ? (a, b) => number(a[0]) - number(b[0])
      : (a, b) => b[1] - a[1]).slice(0, 14);
    const most = Math.max(1, ...rows.map((row) => row[1]));
    const chart = make("section", "chart");
    chart.append(make("h2", "", title));
    for (const [key, count] of rows) {
      const row = make("button", "row");
      row.title = key;
      row.setAttribute("aria-pressed", state.filters.get(title) === key);
      const bar = make("i");
      bar.style.width = (100 * count / most) + "%";
      row.append(make("span", "", key), bar, make("b", "", count));
      row.onclick = () => {
        if (state.filters.get(title) === key) state.filters.delete(title);
        else state.filters.set(title, key);
        state.page = 0;
        draw();
      };
      chart.append(row);
    }
    if (!rows.length) chart.append(make("div", "dim", "none"));
    place.append(chart);
  }
}
function pictures(c) {
  const place = make("div", "pics");
  for (const name of c.pics) if (name) {
    const one = make("img");
    one.loading = "lazy";
    one.alt = c.film + " at " + time(c.at);
    one.src = name;
    place.append(one);
  }
  if (c.movie) {
    const play = make("button", "", "▶ Play");
    play.onclick = () => {
      const video = make("video");
      video.controls = video.autoplay = video.loop = true;
      video.src = c.movie;
      place.replaceChildren(video);
    };
    place.append(play);
  }
  return place;
}
function card(c) {
  const one = make("article"), text = make("div", "text"), facts = make("div", "facts");
  for (const fact of [c.film, time(c.at), c.s + " s", c.size, c.fps && c.fps + " fps",
    c.split, c.by && "by " + c.by]) if (fact) facts.append(make("span", "", fact));
  if (c.why) for (const why of c.why) text.append(make("p", "why", why));
  if (c.text) text.append(make("p", "", c.text));
  text.append(facts);
  if (c.q) text.append(make("div", "facts", "motion " + c.q[0] + " · sharpness " + c.q[1] +
    " · text " + c.q[2] + " · black " + c.q[3]));
  if (c.who && c.who.length) {
    const who = make("div", "facts");
    for (const [name, looks] of c.who) {
      const tag = make("span", "tag", name);
      tag.title = looks;
      who.append(tag);
    }
    text.append(who);
  }
  if (c.shots) {
    const list = make("ol");
    for (const [s, content, camera, who] of c.shots) {
      list.append(make("li", "", [content, camera, who.join(", "), s + " s"].filter(Boolean)
        .join(" · ")));
    }
    text.append(list);
  }
  one.append(pictures(c), text);
  return one;
}
function draw() {
  const found = kept(), pages = Math.max(1, Math.ceil(found.length / PER_PAGE));
  state.page = Math.max(0, Math.min(state.page, pages - 1));
  const place = byId("cards");
  place.replaceChildren(...found.slice(state.page * PER_PAGE, (state.page + 1) * PER_PAGE)
    .map(card));
  if (!found.length) place.append(make("div", "none", "Nothing fits these filters."));
  byId("count").textContent = found.length + " of " + data[state.side].length +
    ", page " + (state.page + 1) + " of " + pages;
  byId("back").disabled = state.page === 0;
  byId("next").disabled = state.page === pages - 1;
  byId("clear").disabled = !state.filters.size && !state.words && !state.film;
  for (const side of ["clips", "skipped"]) {
    byId(side).setAttribute("aria-pressed", state.side === side);
  }
  drawCharts();
}
function films() {
  const pick = byId("film");
  pick.replaceChildren(new Option("All films", ""));
  for (const name of [...new Set(data[state.side].map((c) => c.film))].sort()) {
    pick.append(new Option(name, name));
  }
}
function turn(side) {
  Object.assign(state, { side, page: 0, film: "" });
  state.filters.clear();
  films();
  draw();
}
function begin() {
  document.title = data.name + ": report";
  byId("name").textContent = data.name;
  const told = data.summary;
  if (told.films !== undefined) {
    const sides = Object.entries(told.splits).map(([side, n]) => n + " " + side).join(", ");
    byId("told").textContent = told.clips + " clips (" + sides + "), " +
      time(told.seconds) + " in all, " + told.sequences + " of several shots; from " +
      told.shots + " shots of " + told.films + " films. " +
      data.skipped.length + " shots and " + told.skipped_films.length + " films were skipped.";
    for (const one of told.skipped_films) {
      byId("lost").append(make("li", "", one.film + ": " + one.reason));
    }
    for (const [why, n] of Object.entries(told.caption_troubles)) {
      byId("lost").append(make("li", "", "Captions of " + n + " clips: " + why));
    }
  }
  byId("clips").textContent = "Clips (" + data.clips.length + ")";
  byId("skipped").textContent = "Skipped shots (" + data.skipped.length + ")";
  byId("clips").onclick = () => turn("clips");
  byId("skipped").onclick = () => turn("skipped");
  byId("words").oninput = (event) => { state.words = event.target.value; state.page = 0; draw(); };
  byId("film").onchange = (event) => { state.film = event.target.value; state.page = 0; draw(); };
  byId("back").onclick = () => { state.page -= 1; draw(); scrollTo(0, 0); };
  byId("next").onclick = () => { state.page += 1; draw(); scrollTo(0, 0); };
  byId("clear").onclick = () => { byId("words").value = state.words = ""; turn(state.side); };
  turn(location.hash === "#skipped" ? "skipped" : "clips");
}
begin();
"""

PAGE = f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src 'self' file: data:;
 media-src 'self' file:; style-src 'unsafe-inline'; script-src 'unsafe-inline'; base-uri 'none';
 form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Report</title>
<style>{_STYLE}</style>
</head>
<body>
<header>
<h1 id="name"></h1>
<div id="told" class="dim"></div>
<ul id="lost" class="why"></ul>
</header>
<div id="charts" class="charts"></div>
<nav>
<button id="clips"></button>
<button id="skipped"></button>
<select id="film" aria-label="Film"></select>
<input id="words" type="search" placeholder="Words in captions" aria-label="Words in captions">
<button id="clear">Clear filters</button>
<span class="fill"></span>
<span id="count" class="dim"></span>
<button id="back">Back</button>
<button id="next">Next</button>
</nav>
<main id="cards"></main>
<noscript><p>This page needs JavaScript, which it brings along.</p></noscript>
<script type="application/json" id="data">@DATA@</script>
<script>{_SCRIPT}</script>
</body>
</html>
"""
