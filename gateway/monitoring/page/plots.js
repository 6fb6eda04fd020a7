"use strict";
// Plots of time in SVG: lines or stacked areas, with limits, a legend, a reading under the pointer, and a table.

const SVG = "http://www.w3.org/2000/svg";
const LOOKS = ["one", "two", "three"];
const MARGIN = {left: 52, right: 10, top: 10, bottom: 22};

function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

function shape(tag, attributes = {}, text = "") {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.textContent = text;
  return made;
}

// A table that a screen reader can read; the first cell of each row is its head.
// `looks` gives the class of the cells of a column.
function table(caption, heads, rows, looks = {}) {
  const head = element("thead", {}, element("tr", {}, ...heads.map((text, place) => {
    const look = looks[place] ? looks[place](text) : "";
    return element("th", look ? {scope: "col", class: look} : {scope: "col"}, text);
  })));
  const body = element("tbody");
  for (const row of rows) {
    const cells = row.map((cell, place) => {
      if (place === 0) return element("th", {scope: "row"}, cell);
      const look = looks[place] ? looks[place](cell) : "";
      return element("td", look ? {class: look} : {}, cell);
    });
    body.append(element("tr", {}, ...cells));
  }
  return element("table", {}, element("caption", {}, caption), head, body);
}

// Round steps from 0 to at least `most`: 1, 2, 2.5 or 5 times a power of ten.
function ticks(most) {
  const raw = most / 4;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((each) => each >= raw * 0.999);
  const count = Math.max(1, Math.ceil(most / step - 1e-9));
  return Array.from({length: count + 1}, (_, index) => index * step);
}

// For an axis: 2.50 s is 2.5 s, 3.00 s is 3 s.
function trimmed(text) {
  return text.replace(/(\.\d*?)0+(?!\d)/, "$1").replace(/\.(?!\d)/, "");
}

function agoText(seconds) {
  if (seconds < 1) return "now";
  return seconds < 120 ? `${Math.round(seconds)} s ago` : `${Math.round(seconds / 60)} min ago`;
}

class Plot {
  // `spec`: title, format(value), names, values(point) -> array, stacked, limits(snapshot) -> [{value, name, soft}], unit
  constructor(spec) {
    this.spec = spec;
    this.points = [];
    this.limits = [];
    this.spanS = 300;
    this.pointed = null;
    this.area = element("div", {class: "plot"});
    this.tip = element("div", {class: "tip", hidden: ""});
    this.more = element("details", {}, element("summary", {}, "As a table"));
    this.figure = element("figure", {class: "card"}, this.caption(), this.area, this.tip, this.more);
    this.more.addEventListener("toggle", () => this.tabulate());
    this.area.addEventListener("pointermove", (event) => this.point(event));
    this.area.addEventListener("pointerdown", (event) => this.point(event));
    this.area.addEventListener("pointerleave", () => this.unpoint());
    new ResizeObserver(() => this.draw()).observe(this.area);
  }

  caption() {
    const legend = element("ul", {class: "legend"});
    this.spec.names.forEach((name, place) => {
      const key = shape("svg", {viewBox: "0 0 22 10", "aria-hidden": "true"});
      const look = LOOKS[place];
      key.append(this.spec.stacked
        ? shape("rect", {class: `area ${look}`, x: 5, y: 0, width: 11, height: 10, rx: 2})
        : shape("line", {class: `line ${look}`, x1: 0, x2: 22, y1: 5, y2: 5}));
      legend.append(element("li", {}, key, name));
    });
    return element("figcaption", {}, element("h2", {}, this.spec.title), legend);
  }

  // `points` are oldest first, each with `ago_s`, when it began, and how many `seconds` it ran.
  show(points, spanS, limits) {
    this.points = points.map((point) => ({
      ago: point.ago_s - point.seconds / 2, values: this.spec.values(point, Math.max(1, point.seconds)),
    }));
    this.spanS = spanS;
    this.limits = limits;
    this.draw();
    if (this.more.open) this.tabulate();
  }

  tops() {
    const sum = (values) => values.reduce((total, value) => total + (value ?? 0), 0);
    return this.points.map(({values}) => this.spec.stacked ? sum(values) : Math.max(...values.map((each) => each ?? 0)));
  }

  draw() {
    const {width, height} = this.area.getBoundingClientRect();
    if (!width || !height) return;
    const highest = Math.max(0, ...this.tops());
    const empty = !this.points.some(({values}) => values.some((value) => value !== null));
    // A limit far above what happens would press the lines to the floor; its tile names it anyway.
    const limits = this.limits.filter((limit) => limit.value <= highest * 3);
    const steps = ticks(Math.max(highest, ...limits.map((limit) => limit.value), this.spec.least));
    const most = steps[steps.length - 1];
    this.x = (ago) => MARGIN.left + (1 - ago / this.spanS) * (width - MARGIN.left - MARGIN.right);
    this.y = (value) => height - MARGIN.bottom - (value / most) * (height - MARGIN.top - MARGIN.bottom);
    const svg = shape("svg", {viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": this.says(highest, empty)});
    this.grid(svg, steps, width, height);
    if (this.spec.stacked) this.stack(svg); else this.lines(svg);
    for (const limit of limits) {
      const at = this.y(limit.value);
      svg.append(shape("line", {class: limit.soft ? "limit soft" : "limit", x1: MARGIN.left, x2: width - MARGIN.right, y1: at, y2: at}));
      svg.append(shape("text", {class: "limit-name", x: MARGIN.left + 4, y: at < 16 ? at + 13 : at - 4}, limit.name));
    }
    this.area.replaceChildren(empty ? element("p", {class: "empty"}, "No calls in this time") : svg);
    if (this.pointed !== null) this.tell();
  }

  says(highest, empty) {
    const span = this.spanS / 60;
    const over = `over the last ${span} ${span === 1 ? "minute" : "minutes"}`;
    return empty ? `${this.spec.title}: no calls ${over}` : `${this.spec.title} ${over}: at most ${this.spec.format(highest)}`;
  }

  grid(svg, steps, width, height) {
    for (const step of steps) {
      const at = this.y(step);
      svg.append(shape("line", {class: step ? "grid" : "axis", x1: MARGIN.left, x2: width - MARGIN.right, y1: at, y2: at}));
      svg.append(shape("text", {x: MARGIN.left - 6, y: at + 4, "text-anchor": "end"}, trimmed(this.spec.format(step))));
    }
    const parts = this.spanS === 300 ? 5 : 4;
    const unit = this.spanS > 60 ? 60 : 1;
    for (let part = 0; part <= parts; part += 1) {
      if (parts === 5 && width < 400 && (part === 1 || part === 4)) continue;  // no room for all
      const ago = this.spanS * (1 - part / parts);
      const anchor = part === 0 ? "start" : part === parts ? "end" : "middle";
      const text = ago ? `−${Math.round(ago / unit)} ${unit === 60 ? "min" : "s"}` : "now";
      svg.append(shape("text", {x: this.x(ago), y: height - 5, "text-anchor": anchor}, text));
    }
  }

  lines(svg) {
    // The last one first, so that the first lies on top where they are equal.
    for (let place = this.spec.names.length - 1; place >= 0; place -= 1) {
      const runs = [];
      let run = null;
      for (const {ago, values} of this.points) {
        if (values[place] === null || ago > this.spanS) { run = null; continue; }
        if (run === null) runs.push(run = []);
        run.push(`${this.x(ago).toFixed(1)},${this.y(values[place]).toFixed(1)}`);
      }
      for (const each of runs) {
        const [x, y] = each[0].split(",");
        svg.append(each.length > 1
          ? shape("polyline", {class: `line ${LOOKS[place]}`, points: each.join(" ")})
          : shape("circle", {class: LOOKS[place], cx: x, cy: y, r: 2.5}));
      }
    }
  }

  stack(svg) {
    const shown = this.points.filter(({ago}) => ago <= this.spanS);
    const floor = shown.map(() => 0);
    this.spec.names.forEach((_, place) => {
      const low = [...floor];
      shown.forEach(({values}, index) => { floor[index] += values[place] ?? 0; });
      const at = (levels) => shown.map(({ago}, index) => `${this.x(ago).toFixed(1)},${this.y(levels[index]).toFixed(1)}`);
      svg.append(shape("polygon", {class: `area ${LOOKS[place]}`, points: [...at(floor), ...at(low).reverse()].join(" ")}));
    });
  }

  point(event) {
    const left = event.clientX - this.area.getBoundingClientRect().left;
    const distance = ({ago}) => Math.abs(this.x(ago) - left);
    const shown = this.points.filter(({ago}) => ago <= this.spanS);
    if (!this.x || !shown.length) return;
    this.pointed = shown.reduce((best, each) => distance(each) < distance(best) ? each : best).ago;
    this.tell();
  }

  unpoint() {
    this.pointed = null;
    this.tip.hidden = true;
    this.area.querySelector(".cross")?.remove();
  }

  tell() {
    const svg = this.area.querySelector("svg");
    if (!svg) return this.unpoint();
    const nearest = this.points.reduce((best, each) =>
      Math.abs(each.ago - this.pointed) < Math.abs(best.ago - this.pointed) ? each : best);
    svg.querySelector(".cross")?.remove();
    const at = this.x(nearest.ago);
    svg.append(shape("line", {class: "cross", x1: at, x2: at, y1: MARGIN.top, y2: this.y(0)}));
    const list = element("dl");
    this.spec.names.forEach((name, place) => {
      list.append(element("dt", {}, name), element("dd", {}, this.reading(nearest.values[place])));
    });
    this.tip.replaceChildren(agoText(nearest.ago), list);
    this.tip.hidden = false;
    const room = this.figure.clientWidth - this.tip.offsetWidth - 8;
    this.tip.style.left = `${Math.max(8, Math.min(room, this.area.offsetLeft + at + 12))}px`;
    this.tip.style.top = `${this.area.offsetTop + 8}px`;
  }

  reading(value) {
    return value === null ? "–" : this.spec.format(value);
  }

  tabulate() {
    if (!this.more.open) return;
    const rows = [...this.points].reverse().filter(({ago}) => ago <= this.spanS)
      .map(({ago, values}) => [agoText(ago), ...values.map((value) => this.reading(value))]);
    const old = this.more.querySelector(".scroll");
    const scrolled = old ? old.scrollTop : 0;
    const fresh = element("div", {class: "scroll", tabindex: "0"}, table(this.spec.title, ["When", ...this.spec.names], rows));
    if (old) old.replaceWith(fresh); else this.more.append(fresh);
    fresh.scrollTop = scrolled;
  }
}
