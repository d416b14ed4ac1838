'use strict';
// The console: one snapshot a second from the server, written into nodes that stay where they are. Whatever the
// server says goes in as text, never as HTML.

const byId = (id) => document.getElementById(id);
const none = '–';

function make(name, properties = {}, ...children) {
  const node = Object.assign(document.createElement(name), properties);
  node.append(...children);
  return node;
}

// Writes only what differs, into the text that is there: hundreds of cells a second stay cheap, live regions silent.
function setText(node, text) {
  if (node.textContent === text) return;
  if (node.firstChild) node.firstChild.data = text;
  else node.textContent = text;
}

// Status of an answer and its JSON; status 0 when the server does not answer.
async function get(path) {
  try {
    const answer = await fetch(path, { cache: 'no-store' });
    return [answer.status, answer.ok ? await answer.json() : null];
  } catch {
    return [0, null];
  }
}

// MARK: Figures as text
function formatter(options) {
  const format = new Intl.NumberFormat('en', options);
  return (value) => (Number.isFinite(value) ? format.format(value) : none);
}
const count = formatter({ maximumFractionDigits: 0 });
const oneDigit = formatter({ minimumFractionDigits: 1, maximumFractionDigits: 1 });
const price = formatter({ minimumFractionDigits: 2, maximumFractionDigits: 6 });
const threeDigits = formatter({ minimumSignificantDigits: 3, maximumSignificantDigits: 3 });
const rate = (value) => (Math.abs(value) < 9.95 ? oneDigit(value) : count(value));
// Three digits say enough of scores and signals; 1.23e-9 is easier to read than its zeros.
const short = (value) => (value && Math.abs(value) < 1e-4 ? value.toExponential(2) : threeDigits(value));

// A figure in the largest unit that it reaches.
function scaled(value, units) {
  const [size, unit] = units.find(([least]) => value >= least) ?? units[units.length - 1];
  return Number.isFinite(value) ? `${rate(value / size)} ${unit}` : none;
}
const microseconds = (value) => scaled(value, [[1e6, 's'], [1e3, 'ms'], [1, 'µs']]);
const bytes = (value) => scaled(value, [[2 ** 30, 'GiB'], [2 ** 20, 'MiB']]);
const duration = (seconds) => scaled(seconds, [[86400, 'days'], [3600, 'h'], [60, 'min'], [1, 's']]);

// Times stay in UTC, as in logs and files, so that they can be compared.
const moment = (iso) => (iso ? iso.replace('T', ' ').replace('Z', '') : none);
const today = () => `${page.latest.time.slice(0, 10)} `;
const clock = (time) => `${new Date(time).toISOString().slice(11, 19)} UTC`;
const scoreLines = (scores) => Object.entries(scores ?? {}).map(([name, value]) => `${name} ${short(value)}`);
const sentence = (key) => key.charAt(0).toUpperCase() + key.slice(1).replace(/_/g, ' ');
const lines = (parts) => parts.filter(Boolean).join('\n') || none;

// MARK: Tables and tiles
// Children of a parent by key: made once, moved only when the order changes, so that focus and selection stay.
class KeyedNodes {
  constructor(parent, makeNode) {
    Object.assign(this, { parent, makeNode, nodes: new Map() });
  }

  update(items, key, fill = () => {}) {
    const wanted = new Set(items.map(key));
    for (const [name, node] of this.nodes) {
      if (wanted.has(name)) continue;
      node.remove();
      this.nodes.delete(name);
    }
    items.forEach((item, index) => {
      const name = key(item);
      if (!this.nodes.has(name)) this.nodes.set(name, this.makeNode(item));
      const node = this.nodes.get(name);
      if (this.parent.children[index] !== node) this.parent.insertBefore(node, this.parent.children[index] ?? null);
      fill(node, item);
    });
  }
}

// A column: its title, the text of an item, classes of its cells ('text' for words), whether to mark an item.
const column = (title, text, kind = '', flag = () => false) => ({ title, text, kind, flag });

// The first column is the key of rows and their header.
class Table {
  constructor(table, label = (name) => name) {
    Object.assign(this, { head: table.tHead.rows[0], columns: [] });
    this.rows = new KeyedNodes(table.tBodies[0], (item) => {
      return make('tr', {}, make('th', { scope: 'row' }, label(this.columns[0].text(item))));
    });
  }

  update(columns, items) {
    if (columns.map(({ title }) => title).join('') !== this.head.textContent) {
      this.head.replaceChildren(...columns.map(({ title, kind }) => {
        return make('th', { scope: 'col', textContent: title, className: kind });
      }));
    }
    this.columns = columns;
    this.rows.update(items, columns[0].text, (row, item) => {
      while (row.cells.length < columns.length) row.append(make('td'));
      while (row.cells.length > columns.length) row.lastChild.remove();
      columns.slice(1).forEach(({ text, kind, flag }, index) => {
        const cell = row.cells[index + 1];
        const name = flag(item) ? `${kind} flag` : kind;
        if (cell.className !== name) cell.className = name;
        setText(cell, text(item));
      });
    });
  }
}

// Pairs of a name and a figure in a list of definitions.
function tilesIn(list) {
  const nodes = new KeyedNodes(list, ([name]) => make('div', {}, make('dt', { textContent: name }), make('dd')));
  return (pairs) => nodes.update(pairs, ([name]) => name, (node, [, text]) => setText(node.lastChild, text));
}

// MARK: Chart of a symbol
// Style of a line: signals use those after that of the price, again and again.
const strokes = [[], [7, 3], [2, 3], [9, 3, 2, 3], [4, 2], []];
const styleOf = (line) => (line === 0 ? 0 : 1 + ((line - 1) % (strokes.length - 1)));

// The library may be missing on the server; the page does without it then.
const libraryLoads = new Promise((resolve) => {
  const script = make('script', { src: '/console/dygraph.min.js', onerror: () => resolve(false) });
  script.onload = () => {
    document.head.append(make('link', { rel: 'stylesheet', href: '/console/dygraph.css' }));
    resolve(typeof window.Dygraph === 'function');
  };
  document.head.append(script);
});

class Chart {
  constructor() {
    Object.assign(this, { symbol: null, models: [], points: [], graph: null, hidden: null, asked: 0 });
    this.table = new Table(byId('values-table'));
    this.legend = new KeyedNodes(byId('legend'), (line) => this.makeLegend(line));
    byId('values').addEventListener('toggle', () => this.show());
    // The canvas knows nothing of colour schemes: its colours are read again when the scheme changes.
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.show());
  }

  choose(symbol) {
    if (symbol === this.symbol) return;
    Object.assign(this, { symbol, models: [], points: [] });
    byId('chart-figure').hidden = false;
    setText(byId('chart-title'), `Last minutes of ${symbol}`);
    byId('chart').setAttribute('aria-label', `Lines of the price and signals of ${symbol}; the table has their values`);
    this.refresh();
  }

  // Points come at the server's pace, so they are asked for again rather than made from snapshots.
  async refresh() {
    const { symbol } = this;
    this.asked = performance.now();
    this.hasLibrary = await libraryLoads;
    const [, history] = await get(`/console/history?${new URLSearchParams({ symbol })}`);
    // Another symbol may have been chosen meanwhile. While the server is gone, the chart keeps what it has.
    if (symbol !== this.symbol) return;
    const { models, points } = history ?? this;
    this.show(Object.assign(this, { models, points }));
  }

  show() {
    const isEmpty = this.points.length === 0;
    const isDrawn = this.hasLibrary && !isEmpty;
    setText(byId('chart-note'), isEmpty ? `No points of ${this.symbol} yet: they come with its ticks.`
      : 'The server has no chart library: install Debian\'s libjs-dygraphs there and start it again for a chart.');
    byId('chart-note').hidden = isDrawn;
    byId('chart-drawn').hidden = !isDrawn;
    byId('values').hidden = isEmpty;
    if (this.hasLibrary === false) byId('values').open = true;
    if (byId('values').open) this.showTable();
    if (isDrawn) this.draw();
  }

  showTable() {
    this.table.update([
      column('Time', ([time]) => moment(new Date(time).toISOString()), 'text'),
      column('Price', (point) => price(point[1])),
      ...this.models.map((name, index) => column(name, (point) => short(point[index + 2]))),
    ], this.points.slice(-20).reverse());
  }

  draw() {
    const { models, points } = this;
    const names = ['Price', ...models];
    // Returns and probabilities do not fit one axis: at first, signals of the first one's size are shown.
    const sizes = models.map((_, index) => Math.max(...points.map((point) => Math.abs(point[index + 2] ?? 0))));
    const isFar = (size) => sizes[0] > 0 && (size < sizes[0] / 20 || size > sizes[0] * 20);
    this.hidden = this.hidden ?? new Set(models.filter((_, index) => index > 4 || isFar(sizes[index])));

    const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
    // Names of models are kept out of the library, which writes labels as HTML.
    const labels = ['time', ...names.map((_, line) => `line ${line}`)];
    const styles = labels.slice(1).map((label, line) => [label, {
      axis: line === 0 ? 'y' : 'y2', color: colour(`--s${styleOf(line)}`), strokePattern: strokes[styleOf(line)],
    }]);
    const file = points.map((point) => labels.map((_, index) => (index > 0 ? point[index] : new Date(point[0]))));
    const axis = { independentTicks: true, axisLabelWidth: 56 };
    const options = {
      labels, series: Object.fromEntries(styles), visibility: names.map((name) => !this.hidden.has(name)),
      gridLineColor: colour('--rule'), axisLineColor: colour('--axis'), gridLineWidth: 1, axisLineWidth: 1,
      axisLabelFontSize: 12, strokeWidth: 1.8, highlightCircleSize: 4, legend: 'never', resizable: 'passive',
      axes: { y: axis, y2: { ...axis, drawGrid: false } },
      // Zooming would hold the finger that scrolls the page.
      interactionModel: {}, labelsUTC: true,
      highlightCallback: (event, x, at, row) => this.showLegend(this.points[row]),
      unhighlightCallback: () => this.showLegend(),
    };
    if (this.graph) this.graph.updateOptions({ file, ...options });
    else this.graph = new window.Dygraph(byId('chart'), file, options);
    this.showLegend();
  }

  // Values of the point under the pointer, else of the last one.
  showLegend(point = this.points[this.points.length - 1] ?? []) {
    const items = ['Price', ...this.models].map((name, line) => ({ name, line }));
    this.legend.update(items, ({ name, line }) => `${line} ${name}`, (node, { line }) => {
      setText(node.querySelector('b'), line === 0 ? price(point[1]) : short(point[line + 1]));
    });
    setText(byId('chart-time'), point[0] ? clock(point[0]) : none);
  }

  makeLegend({ name, line }) {
    const picture = byId('legend-line').content.firstElementChild.cloneNode(true);
    picture.style.stroke = `var(--s${styleOf(line)})`;
    picture.style.strokeDasharray = strokes[styleOf(line)].join(' ');
    const box = make('input', { type: 'checkbox', checked: !this.hidden.has(name) });
    box.addEventListener('change', () => {
      this.hidden[box.checked ? 'delete' : 'add'](name);
      this.draw();
    });
    return make('li', {}, make('label', { className: 'choice' }, box, picture, name, make('b')));
  }
}

// MARK: Sections of the page
const chart = new Chart();
const symbolTable = new Table(byId('symbols-table'), symbolLabel);
const modelTable = new Table(byId('models-table'));
const driftTable = new Table(byId('drift-table'));
const showFigureTiles = tilesIn(byId('figures'));
const showQualityTiles = tilesIn(byId('quality-list'));
const problemList = new KeyedNodes(byId('problem-list'), (text) => make('li', { textContent: text }));
const alarmList = new KeyedNodes(byId('alarm-list'), ({ time, kind, message }) => make('li', {},
  make('time', { dateTime: time, textContent: `${moment(time)} UTC` }),
  make('span', { className: 'kind', textContent: kind }), message));

function symbolLabel(name) {
  const button = make('input', { type: 'radio', name: 'symbol', value: name, checked: name === chart.symbol });
  return make('label', { className: 'choice' }, button, make('span', { textContent: name }));
}

function setChip(id, state, text) {
  byId(id).dataset.state = state;
  setText(byId(id), text);
}

function showState({ status, problems, version, uptime_s: uptime }) {
  const isGood = status === 'ok';
  setChip('status', isGood ? 'good' : 'bad', status);
  setText(byId('version'), version ?? '');
  setText(byId('uptime'), duration(uptime));
  document.title = isGood ? 'TickBoost console' : `(${status}) TickBoost console`;
  problemList.update([...new Set(problems)], (text) => text);
  byId('problems').hidden = !problems?.length;
}

function showFigures({ rates, latency, stream, memory_bytes: memory }) {
  const pair = (name) => ['p50', 'p99'].map((part) => microseconds(latency?.[`${name}_${part}_us`])).join(' / ');
  showFigureTiles([
    ['Ticks/s', rate(rates?.ticks_per_s)],
    ['Predictions/s', rate(rates?.predictions_per_s)],
    ['Requests/s', rate(rates?.requests_per_s)],
    ['Request p50 / p99', pair('request')],
    ['Prediction p50 / p99', pair('prediction')],
    ['Lag in ticks', stream ? count(stream.lag) : 'no stream'],
    ['Partitions', stream ? count(stream.partitions) : none],
    ['Memory', bytes(memory)],
  ]);
}

const symbolColumns = [
  column('Symbol', ({ symbol }) => symbol, 'text'),
  column('Price', (item) => price(item.price)),
  column('Bid', ({ bid }) => price(bid)),
  column('Ask', ({ ask }) => price(ask)),
  column('Time', (item) => moment(item.feature_time).replace(today(), '')),
  column('Age', (item) => duration(item.age_s)),
  column('Ticks', ({ ticks }) => count(ticks)),
  column('Quality', ({ quality }) => quality?.join(', ') || 'good', 'text', ({ quality }) => quality?.length > 0),
];

function predictionText(answer, model) {
  if (!answer) return none;
  const isClass = Number.isFinite(answer.confidence);
  const text = isClass ? `${answer.prediction} · ${short(answer.signal)}` : short(answer.signal);
  return answer.version === model?.challenger?.version ? `${text} (challenger)` : text;
}

function showSymbols(symbols, models) {
  const known = new Map(models.map((model) => [model.name, model]));
  const names = new Set([...known.keys(), ...symbols.flatMap((item) => Object.keys(item.predictions ?? {}))]);
  const columns = [...names].map((name) => column(name, ({ predictions }) => {
    return predictionText(predictions?.[name], known.get(name));
  }));
  byId('filter-row').hidden = symbols.length === 0;
  symbolTable.update([...symbolColumns, ...columns], symbols);
  filterSymbols();
  // Every other second is enough for a line of minutes.
  if (chart.symbol !== null && performance.now() - chart.asked > 1900) chart.refresh();
  if (chart.symbol === null && symbols.length > 0) chooseSymbol(symbolInHash() || symbols[0].symbol);
}

function filterSymbols() {
  const wanted = byId('filter').value.trim().toLowerCase();
  const rows = [...symbolTable.rows.nodes];
  for (const [name, row] of rows) row.hidden = !name.toLowerCase().includes(wanted);
  const shown = rows.filter(([, row]) => !row.hidden).length;
  byId('symbols-region').hidden = shown === 0;
  byId('symbols-empty').hidden = shown > 0;
  setText(byId('symbols-empty'), rows.length > 0 ? 'No symbol has this in its name: change or clear the filter.'
    : 'No ticks yet: start serve-models with --kafka or --source to receive some.');
  setText(byId('filter-count'), wanted === '' ? `${rows.length} symbols` : `${shown} of ${rows.length} symbols`);
}

const modelColumns = [
  column('Model', ({ name }) => name, 'text'),
  column('Target, kind', ({ target, kind }) => lines([target, kind]), 'text'),
  column('Version', ({ version, alias }) => lines([version, alias]), 'text'),
  column('Size', ({ trees, features }) => lines([`${count(trees)} trees`, `${count(features)} features`])),
  column('Trained to', (model) => moment(model.trained_to).slice(0, 16).replace(' ', '\n'), 'text'),
  column('Held-out scores', ({ scores }) => lines(scoreLines(scores))),
  column('Live scores', ({ live }) => (live ? lines([...scoreLines(live.scores), `${count(live.rows)} rows`]) : none)),
  column('Challenger', ({ challenger }) => (challenger ? challengerText(challenger) : 'none'), 'text'),
  column('Refused', ({ refused }) => refused ?? 'none', 'text long', ({ refused }) => Boolean(refused)),
];

function challengerText({ version, mode, share, rows, scores, p_value: p }) {
  const part = mode === 'ab' ? `A/B, ${rate(100 * share)} % of requests` : mode;
  return lines([version, part, `${count(rows)} rows`, ...scoreLines(scores), `p-value ${short(p)}`]);
}

const driftColumns = [
  column('Feature', ({ feature }) => feature, 'text'),
  column('State', ({ drifted }) => (drifted ? 'drifted' : 'steady'), 'text', ({ drifted }) => drifted),
  column('Stability index', (item) => short(item.stability_index)),
  column('KS p-value', (item) => short(item.ks_p_value)),
  column('Wasserstein', ({ wasserstein }) => short(wasserstein)),
];

function showDrift(drift) {
  const features = drift?.features ?? [];
  const drifted = features.filter((item) => item.drifted);
  byId('drift-region').hidden = features.length === 0;
  byId('drift-summary').className = drift ? '' : 'empty';
  setText(byId('drift-summary'), drift ? `${drifted.length} of ${features.length} features drifted in `
    + `${count(drift.rows)} rows, checked at ${moment(drift.checked_at)} UTC.`
    : 'No drift check yet: it comes by itself when enough ticks have been predicted.');
  driftTable.update(driftColumns, [...drifted, ...features.filter((item) => !item.drifted)]);
}

function showAlarms(alarms) {
  // Those of the first snapshot are not read out.
  byId('alarm-list').setAttribute('aria-live', page.isFilled ? 'polite' : 'off');
  page.isFilled = true;
  const newest = [...alarms].sort((a, b) => (a.time < b.time ? 1 : -1)).slice(0, 20);
  alarmList.update(newest, ({ time, kind, message }) => `${time} ${kind} ${message}`);
  byId('alarms-empty').hidden = newest.length > 0;
}

// Parts of the page that wait for the first snapshot or for a key.
function showParts(hasKey) {
  for (const id of ['content', 'sections', 'pause']) byId(id).hidden = !hasKey;
  byId('key-section').hidden = hasKey;
}

function show(snapshot) {
  showState(snapshot);
  showFigures(snapshot);
  showSymbols(snapshot.symbols ?? [], snapshot.models ?? []);
  modelTable.update(modelColumns, snapshot.models ?? []);
  byId('models-empty').hidden = snapshot.models?.length > 0;
  byId('models-region').hidden = !byId('models-empty').hidden;
  showDrift(snapshot.drift);
  showQualityTiles(Object.entries(snapshot.quality ?? {}).map(([key, value]) => [sentence(key), count(value)]));
  showAlarms(snapshot.alarms ?? []);
}

// MARK: Choices of the reader
const symbolInHash = () => new URLSearchParams(location.hash.slice(1)).get('symbol');

function chooseSymbol(symbol) {
  chart.choose(symbol);
  const button = symbolTable.rows.nodes.get(symbol)?.querySelector('input');
  if (button) button.checked = true;
}

const page = { latest: null, isFilled: false, isPaused: false, source: null, heard: 0, lostSince: null };

function showLatest() {
  if (page.latest && !page.isPaused && !document.hidden) show(page.latest);
}

byId('pause').addEventListener('click', () => {
  page.isPaused = !page.isPaused;
  setText(byId('pause'), page.isPaused ? 'Resume' : 'Pause');
  setText(byId('paused'), page.isPaused ? `Display paused at ${clock(Date.now())}` : '');
  showLatest();
});
document.addEventListener('visibilitychange', showLatest);
byId('filter').addEventListener('input', filterSymbols);
byId('symbols-table').addEventListener('change', ({ target }) => {
  history.replaceState(null, '', `#${new URLSearchParams({ symbol: target.value })}`);
  chart.choose(target.value);
});
addEventListener('hashchange', () => symbolInHash() && chooseSymbol(symbolInHash()));
// Links in the page move focus but leave the address alone: it holds the symbol.
document.addEventListener('click', (event) => {
  const link = event.target.closest('a[href^="#"]');
  if (!link) return;
  event.preventDefault();
  byId(link.hash.slice(1)).focus({ preventScroll: true });
  byId(link.hash.slice(1)).scrollIntoView();
});

// MARK: Connection
function receive(snapshot) {
  Object.assign(page, { latest: snapshot, heard: performance.now(), lostSince: null });
  setChip('connection', 'good', 'live');
  showParts(true);
  showLatest();
}

function lose() {
  page.lostSince = page.lostSince ?? Date.now();
  setChip('connection', 'bad', `connection lost, trying again (since ${clock(page.lostSince)})`);
}

function tryAgain() {
  lose();
  page.source?.close();
  setTimeout(connect, 2000);
}

// A stream of events does not tell why it fails; asking for one snapshot first does.
async function connect() {
  const [status, snapshot] = await get('/console/snapshot');
  if (status === 401) return askForKey();
  if (snapshot === null) return tryAgain();
  receive(snapshot);
  page.source?.close();
  page.source = new EventSource('/console/events');
  page.source.addEventListener('snapshot', (event) => receive(JSON.parse(event.data)));
  // It tries again by itself, but not after an answer that is no stream: a key may be wanted by now.
  page.source.onerror = ({ target }) => (target.readyState === EventSource.CLOSED ? tryAgain() : lose());
}

// A line can be dead without an error: snapshots come each second, so some seconds of silence mean that.
setInterval(() => {
  const isSilent = performance.now() - page.heard > 6000;
  if (isSilent && page.source?.readyState === EventSource.OPEN) tryAgain();
}, 1000);

// MARK: Key
function askForKey() {
  setChip('connection', 'wait', 'waiting for a key');
  showParts(false);
  byId('key').focus();
}

function keyProblem(answer) {
  if (answer.ok) return '';
  if (answer.status === 401) return 'This key is not one of the server\'s. Check it and try again.';
  if (answer.status !== 429) return `The server answered ${answer.status}. Try again.`;
  return `Too many tries. Wait ${answer.headers.get('Retry-After') ?? 'some'} seconds and try again.`;
}

byId('key-form').addEventListener('submit', async (event) => {
  event.preventDefault();
  setText(byId('key-error'), '');
  const headers = { 'Content-Type': 'application/json' };
  const request = { method: 'POST', headers, body: JSON.stringify({ key: byId('key').value }) };
  const problem = await fetch('/console/session', request).then(keyProblem, () => 'The server does not answer.');
  setText(byId('key-error'), problem);
  byId('key').setAttribute('aria-invalid', String(problem !== ''));
  if (problem !== '') return byId('key').focus();
  byId('key').value = '';
  await connect();
  byId('main').focus();
});

connect();
