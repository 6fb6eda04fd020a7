// The panel: gets in, asks for figures every few seconds, and shows them. Needs plots.js before it.

const EVERY_MS = 3000;
const LONGEST_WAIT_MS = 15000;
const KEPT = "r1-panel-session";

const $ = (id) => document.getElementById(id);
const whole = new Intl.NumberFormat("en", {maximumFractionDigits: 0});
const brief = new Intl.NumberFormat("en", {notation: "compact", maximumFractionDigits: 1});

function count(value) {
  return value >= 100000 ? brief.format(value) : whole.format(value);
}

const SPACE = "\u00a0";

// Three digits that count.
function digits(value) {
  return value < 9.995 ? value.toFixed(2) : value < 99.95 ? value.toFixed(1) : whole.format(value);
}

function rate(value) {
  return value === 0 ? "0" : digits(value);
}

function share(value) {
  if (value === null) return "–";
  const percent = value * 100;
  return `${percent.toFixed(percent > 0 && percent < 10 ? 1 : 0)}${SPACE}%`;
}

function duration(ms) {
  if (ms === null) return "–";
  if (ms === 0) return "0";
  if (ms < 999.5) return `${digits(ms)}${SPACE}ms`;
  if (ms < 120000) return `${digits(ms / 1000)}${SPACE}s`;
  return `${Math.floor(ms / 60000)}${SPACE}min ${Math.round((ms % 60000) / 1000)}${SPACE}s`;
}

function uptime(seconds) {
  const parts = [[86400, "d"], [3600, "h"], [60, "min"], [1, "s"]];
  const first = parts.findIndex(([size]) => seconds >= size);
  if (first < 0) return "0 s";
  return parts.slice(first, first + 2).map(([size, unit], place) => {
    const left = place ? seconds % parts[first][0] : seconds;
    return `${Math.floor(left / size)} ${unit}`;
  }).filter((text) => !text.startsWith("0 ")).join(" ");
}

function clock(iso) {
  return new Date(iso).toLocaleTimeString("en-GB");
}

// ------------------------------------------------------------------------------------------------------------ getting in

let session = "";
let minutes = 5;
let failures = 0;
let answeredAt = 0;
let timer = 0;

// Behind `#`, it never went to a server. It is taken out of the address at once, and works once.
const pass = decodeURIComponent(location.hash.slice(1));
if (location.hash) history.replaceState(null, "", location.pathname);

function keep(text) {
  session = text;
  try {
    if (text) sessionStorage.setItem(KEPT, text); else sessionStorage.removeItem(KEPT);
  } catch { /* A browser that keeps nothing: then it is for this page alone. */ }
}

function kept() {
  try { return sessionStorage.getItem(KEPT) ?? ""; } catch { return ""; }
}

function ask(path, method, credential) {
  return fetch(path, {
    method,
    headers: {Authorization: `Bearer ${credential}`},
    cache: "no-store",
    credentials: "omit",
    redirect: "error",
    referrerPolicy: "no-referrer",
    signal: AbortSignal.timeout(10000),
  });
}

async function fault(reply) {
  try { return (await reply.json()).error.message; } catch { return `the gateway answered ${reply.status}`; }
}

function showEntry(message) {
  clearTimeout(timer);
  keep("");
  $("panel").hidden = $("window").hidden = true;
  $("connection").hidden = true;
  $("entry").hidden = false;
  $("refusal").textContent = message;
  $("credential").focus();
}

async function enter(credential) {
  let reply;
  try {
    reply = await ask("panel/session", "POST", credential);
  } catch {
    showEntry("The gateway does not answer: see that it runs, then try again.");
    return;
  }
  if (!reply.ok) {
    showEntry(`Not let in: ${await fault(reply)}.`);
    return;
  }
  keep((await reply.json()).session);
  start();
}

function start() {
  $("credential").value = "";
  $("entry").hidden = true;
  failures = 0;
  refresh();
}

$("entry").addEventListener("submit", (event) => {
  event.preventDefault();
  // A whole link will do as well as the pass in it.
  const pasted = $("credential").value.trim();
  if (!/^[\x21-\x7e]+$/.test(pasted)) {
    $("refusal").textContent = "That is no pass or token: copy it again, whole.";
    return;
  }
  enter(pasted.slice(pasted.indexOf("#") + 1));
});
$("leave").addEventListener("click", () => showEntry(""));

// ------------------------------------------------------------------------------------------------------------- refreshing

async function refresh() {
  clearTimeout(timer);
  if (!session || document.hidden) return;
  const asked = session;
  const span = minutes;
  try {
    const reply = await ask(`panel/data?minutes=${minutes}`, "GET", session);
    if (session !== asked) return;
    if (reply.status === 401 || reply.status === 403) {
      showEntry(`The panel was closed: ${await fault(reply)}.`);
      return;
    }
    if (!reply.ok) throw new Error(await fault(reply));
    const data = await reply.json();
    if (span !== minutes) return;
    failures = 0;
    answeredAt = Date.now();
    $("connection").hidden = true;
    show(data);
  } catch {
    if (session !== asked) return;
    failures += 1;
    const since = answeredAt ? `since ${new Date(answeredAt).toLocaleTimeString("en-GB")}` : "yet";
    const text = `No figures from the gateway ${since}; trying again`;
    if ($("connection").textContent !== text) $("connection").textContent = text;
    $("connection").hidden = false;
  }
  timer = setTimeout(refresh, Math.min(LONGEST_WAIT_MS, EVERY_MS * (1 + failures)));
}

document.addEventListener("visibilitychange", refresh);
for (const choice of document.getElementsByName("minutes")) {
  choice.addEventListener("change", () => { minutes = Number(choice.value); refresh(); });
}

// ---------------------------------------------------------------------------------------------------------------- showing

const times = (measure) => (point) => ["p50", "p95", "p99"].map((name) => point.latency_ms[measure][name]);
const slow = (title, measure, limit) => new Plot({
  title, names: ["p50", "p95", "p99"], values: times(measure), format: duration, least: 1,
  limits: (data) => limit ? [{value: data.limits[limit], name: `alert above ${duration(data.limits[limit])}`, soft: true}] : [],
});
const plots = [
  new Plot({
    title: "Calls per second", names: ["all", "failed"], format: rate, least: 1,
    values: (point, seconds) => [point.qps, point.outcomes.failed / seconds],
    limits: ({now, limits}) => now.maximum_qps === null ? [] : [
      {value: now.maximum_qps, name: `maximum, ${now.maximum}: ${rate(now.maximum_qps)}`},
      {value: now.maximum_qps * limits.load_share, name: `alert above ${share(limits.load_share)}`, soft: true},
    ],
  }),
  slow("To the first event", "first_event", "first_event_p99_ms"),
  slow("To the first answer token", "first_answer"),
  slow("Whole call", "call"),
  slow("Gateway overhead", "overhead", "overhead_p99_ms"),
  new Plot({
    title: "In flight and waiting", names: ["in flight", "waiting"], format: count, least: 4,
    values: (point) => [point.in_flight, point.queued],
    limits: ({now}) => [{value: now.slots, name: `${now.slots} places`}],
  }),
  slow("Wait in the queue", "queue", null),
  new Plot({
    title: "Tokens per minute", names: ["prompt", "thoughts", "answer"], format: count, least: 10, stacked: true,
    values: ({tokens}, seconds) => [tokens.prompt, tokens.reasoning, tokens.answer].map((each) => each * 60 / seconds),
    limits: () => [],
  }),
];
$("plots").append(...plots.map((plot) => plot.figure));

const tiles = new Map();
function tile(title, value, unit, more, {over = false, bar = null, mark = null} = {}) {
  let made = tiles.get(title);
  if (!made) {
    made = {
      card: element("div", {class: "card tile"}), value: element("p", {class: "value"}), more: element("p", {class: "more"}),
      bar: element("div", {class: "bar", "aria-hidden": "true"}, element("i"), element("b")),
    };
    made.card.append(element("h2", {}, title), made.value, made.bar, made.more);
    tiles.set(title, made);
    $("tiles").append(made.card);
  }
  made.card.classList.toggle("over", over);
  made.value.replaceChildren(value, " ", element("small", {}, unit));
  made.more.textContent = more;
  made.bar.hidden = bar === null;
  made.bar.firstChild.style.width = `${Math.min(1, bar ?? 0) * 100}%`;
  made.bar.lastChild.hidden = mark === null;
  made.bar.lastChild.style.left = `${(mark ?? 0) * 100}%`;
}

function timeTile(title, times, shown, limit) {
  const [value, unit] = duration(times[shown]).split(SPACE);
  const rest = ["p50", "p95", "p99"].filter((name) => name !== shown).map((name) => `${name} ${duration(times[name])}`);
  tile(title, value, `${unit ?? ""} ${shown}`.trim(), rest.join(", "), {over: limit !== undefined && times[shown] >= limit});
}

function showTiles({now, limits}, figures) {
  const {latency_ms: latency, outcomes, tokens, cache} = figures;
  const known = now.maximum_qps !== null;
  const most = known ? `${share(now.share_of_maximum)} of ${rate(now.maximum_qps)} (${now.maximum})` : "maximum not known yet";
  tile("Calls per second", rate(now.qps), "now", `${most}; mean ${rate(figures.qps)}, peak ${count(figures.qps_peak)}`, {
    over: known && now.share_of_maximum >= limits.load_share, bar: known ? now.share_of_maximum : null, mark: limits.load_share,
  });
  tile("In flight", count(now.in_flight), `of ${count(now.slots)}`, `${count(now.queued)} waiting`, {bar: now.load});
  timeTile("First event", latency.first_event, "p99", limits.first_event_p99_ms);
  timeTile("First answer token", latency.first_answer, "p50");
  timeTile("Whole call", latency.call, "p50");
  timeTile("Gateway overhead", latency.overhead, "p99", limits.overhead_p99_ms);
  timeTile("Wait in the queue", latency.queue, "p95", limits.queue_p95_ms);
  tile("Failed calls", share(figures.failed_share), "", [
    `${count(outcomes.failed)} of ${count(figures.calls)}`, `${count(outcomes.refused)} refused`, `${count(outcomes.gone)} left`,
  ].join(", "), {over: figures.failed_share >= limits.failed_share && figures.calls >= limits.least_calls});
  const looked = cache.hits + cache.misses;
  tile("Cache hits", share(cache.hit_ratio), "", looked ? `${count(cache.hits)} of ${count(looked)}` : "no call asked the cache", {bar: cache.hit_ratio});
  const cached = tokens.prompt ? share(tokens.cached / tokens.prompt) : "–";
  tile("Prompt share of tokens", share(tokens.prompt_share), "", `${count(tokens.total)} in all; ${cached} of prompts cached by the engine`);
}

const NAMES = {
  overhead: "Gateway overhead", queue: "Wait in the queue", first_event: "To the first event",
  first_answer: "To the first answer token", call: "Whole call",
};
const AMOUNT = (value, limit) => value === null ? "" : limit.unit === "ms" ? duration(value) : limit.unit === "share" ? share(value) : "";

function put(id, made, nothing) {
  $(id).replaceChildren(made ?? element("p", {class: "pale"}, nothing));
}

function showTables(data, figures) {
  const {latency_ms: latency} = figures;
  put("times", table("Times", ["", "p50", "p95", "p99", "calls"], Object.entries(NAMES).map(([measure, name]) => {
    const found = latency[measure];
    return [name, duration(found.p50), duration(found.p95), duration(found.p99), count(found.calls)];
  })));
  const errors = Object.entries(figures.errors);
  put("errors", errors.length ? table("Errors by class", ["Class", "calls"], errors.map(([name, calls]) => [name, count(calls)])) : null, "None in this time.");
  const bad = (cell) => /^[1-9]/.test(cell) ? "bad" : "";
  put("clients", figures.clients.length ? table("Clients", ["Client", "calls", "per second", "refused", "failed", "tokens"], figures.clients.map((client) => [
    client.name, count(client.calls), rate(client.qps), count(client.refused), count(client.failed), count(client.tokens),
  ]), {4: bad}) : null, "No calls in this time.");
  const works = Object.entries(data.dependencies).map(([name, wrong]) =>
    element("li", {class: wrong ? "down" : "good"}, wrong ? `✕ ${name}: ${wrong}` : `✓ ${name} works`));
  put("dependencies", works.length ? element("ul", {}, ...works) : null, "Nothing that it is told to watch.");
  const words = () => "words";
  put("past", data.past_alerts.length ? table("Alerts of late", ["When", "what", "value", "limit"], data.past_alerts.map((alert) => [
    clock(alert.at), `${alert.state === "ended" ? "over: " : ""}${alert.says}`, AMOUNT(alert.value, alert), AMOUNT(alert.limit, alert),
  ]), {1: words}) : null, "None since the gateway started.");
}

let announced = "";
function showAlerts(alerts) {
  const key = JSON.stringify(alerts.map((alert) => [alert.alert, alert.since, alert.detail]));
  if (key === announced) return;
  announced = key;
  $("alerts").replaceChildren(...alerts.map((alert) => {
    const amount = AMOUNT(alert.value, alert);
    const why = alert.detail || (amount && `${amount} when it was raised, limit ${AMOUNT(alert.limit, alert)}`);
    const says = alert.says[0].toUpperCase() + alert.says.slice(1);
    return element("div", {class: `alert ${alert.severity}`}, element("strong", {}, `${says}.`),
      ` Since ${clock(alert.since)}${why ? `: ${why}` : ""}. What to do: ${alert.remedy}.`);
  }));
}

function show(data) {
  const figures = data.window;
  $("panel").hidden = $("window").hidden = false;
  $("name").textContent = data.gateway;
  document.title = data.alerts.length ? `(${data.alerts.length}) ${data.gateway}` : data.gateway;
  $("about").textContent = `Engine ${data.engine}, up ${uptime(data.uptime_s)}, figures of ${clock(data.at)}`;
  showAlerts(data.alerts);
  showTiles(data, figures);
  for (const plot of plots) plot.show(data.history, minutes * 60, plot.spec.limits(data));
  showTables(data, figures);
  $("note").textContent = `Of calls that ask the engine, in the last ${minutes === 1 ? "minute" : `${minutes} minutes`}; `
    + "times are of answered calls, percentiles true to 2 %. Errors are those of all routes.";
}

session = kept();
if (pass) enter(pass); else if (session) start(); else showEntry("");
