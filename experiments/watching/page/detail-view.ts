import type { MapTold } from '../told.js';
import { answersCard } from './answers-card.js';
import { boardCard } from './board-card.js';
import { Chart, type Curve } from './chart.js';
import { shortName } from './curves-view.js';
import { byId, fill, make } from './elements.js';
import { factsCard } from './facts-card.js';
import { mapFigure } from './map-view.js';
import { outputsCard } from './outputs-card.js';
import type { Run, State } from './state.js';
import { curveStyle } from './style.js';
import { columnName, timeText } from './text.js';

/** Conductances are asked for so often at most, ms. */
const MAPS_ms = 1000;

/** Groups of columns that belong into one chart of a run. */
const charts: readonly { title: string; of: (name: string) => boolean; unit: string }[] = [
  {
    title: 'Cosine between estimated and exact gradient',
    of: (name) => name.startsWith('cosine.'),
    unit: '',
  },
  { title: 'Pulses of an epoch', of: (name) => /pulses/i.test(name), unit: '' },
  { title: 'Energy', of: (name) => name.endsWith('_J'), unit: 'J' },
];

interface Maps {
  readonly maps: readonly MapTold[];
  readonly of: string;
  readonly problem?: string;
}

/** Everything about the one run that is looked at. */
export class DetailView {
  private readonly cards = byId('cards');
  private readonly slots = new Map<string, HTMLElement>();
  private readonly charts = new Map<string, Chart>();
  private run: string | undefined;
  private drawnKey = '';
  private mapsKey = '';
  private mapsAt = Number.NEGATIVE_INFINITY;

  constructor(private readonly state: State) {}

  draw(theme: string): void {
    const run = this.state.runs.get(this.state.focus ?? '');
    byId('detail').hidden = run === undefined;
    if (run === undefined) return;
    if (this.run !== run.id) this.begin(run);
    const key = [run.id, run.epochsVersion, run.factsVersion, theme].join();
    this.drawMaps(run, theme);
    if (key === this.drawnKey) return;
    this.drawnKey = key;
    this.card('facts', false, (card) =>
      fill(card, `${run.factsVersion}.${run.epochsVersion}`, () => factsCard(run)),
    );
    for (const chart of charts) this.drawChart(run, chart, theme);
    const { confusion, outputs, health, journal, log, pictures } = run.facts;
    if (confusion !== undefined)
      this.card('answers', false, (card) =>
        fill(card, JSON.stringify(confusion) + theme, () => answersCard(confusion)),
      );
    if (outputs !== undefined)
      this.card('outputs', false, (card) => fill(card, JSON.stringify(outputs), () => outputsCard(outputs)));
    if (health !== undefined)
      this.card('board', false, (card) => fill(card, JSON.stringify(health), () => boardCard(health)));
    this.card('maps', true, () => {});
    if (pictures.length > 0)
      this.card('pictures', true, (card) => fill(card, JSON.stringify(pictures), () => picturesOf(run)));
    if (journal.length > 0)
      this.card('journal', true, (card) => fill(card, JSON.stringify(journal), () => journalOf(run)));
    if (log !== undefined) {
      this.card('log', true, (card) =>
        fill(card, log.text, () => [
          make('h3', {}, `Line, last of ${log.name}`),
          make(
            'div',
            { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Log of the line' },
            make('pre', {}, log.text),
          ),
        ]),
      );
    }
    this.card('config', true, (card) => fill(card, run.facts.config, () => configOf(run)));
  }

  private begin(run: Run): void {
    this.run = run.id;
    this.drawnKey = '';
    this.mapsKey = '';
    this.mapsAt = Number.NEGATIVE_INFINITY;
    this.slots.clear();
    this.charts.clear();
    this.cards.replaceChildren();
    byId('detail-title').textContent = shortName(run);
    byId('detail-path').textContent = run.facts.path;
  }

  private card(name: string, wide: boolean, draw: (card: HTMLElement) => void): void {
    let card = this.slots.get(name);
    if (card === undefined) {
      card = make('article', { class: wide ? 'card wide' : 'card', 'data-card': name });
      this.slots.set(name, card);
      this.cards.append(card);
    }
    draw(card);
  }

  private drawChart(run: Run, { title, of, unit }: (typeof charts)[number], theme: string): void {
    const names = Object.keys(run.columns).filter(
      (name) => of(name) && run.columns[name].some((v) => v !== null && v !== 0),
    );
    if (names.length === 0) return;
    this.card(title, false, (card) => {
      const chart = this.charts.get(title) ?? new Chart();
      if (!this.charts.has(title)) {
        this.charts.set(title, chart);
        card.append(make('h3', {}, title), chart.element, chart.readout);
      }
      const curves = names.map((name, k): Curve => {
        const label = name.startsWith('cosine.') ? name.slice('cosine.'.length) : columnName(name).title;
        return {
          key: name,
          label,
          style: curveStyle(k),
          epochs: run.columns.epoch,
          values: run.columns[name],
        };
      });
      chart.draw(curves, { title, unit, log: false, redraw: theme });
    });
  }

  /** Conductances are read only of the run that is looked at, and when they may be others. */
  private drawMaps(run: Run, theme: string): void {
    const { mapsOf } = run.facts;
    const key = `${run.id} ${mapsOf} ${theme}`;
    if (mapsOf === undefined || key === this.mapsKey || performance.now() - this.mapsAt < MAPS_ms) return;
    this.mapsAt = performance.now();
    this.mapsKey = key;
    void fetch(`maps?run=${encodeURIComponent(run.id)}`)
      .then(async (answer) => {
        if (!answer.ok) throw new Error(await answer.text());
        const maps = (await answer.json()) as Maps;
        if (this.run !== run.id) return;
        this.card('maps', true, (card) => {
          card.replaceChildren(...mapsContent(maps));
        });
      })
      .catch(() => {
        this.mapsKey = '';
      });
  }
}

function mapsContent({ maps, of, problem }: Maps): Node[] {
  const title = make('h3', {}, `Maps${of === '' ? '' : ` ${of}`}`);
  if (problem !== undefined) return [title, make('p', { class: 'muted' }, problem)];
  if (maps.length === 0) return [];
  return [title, make('div', { class: 'maps' }, ...maps.map(mapFigure))];
}

function picturesOf({ id, facts }: Run): Node[] {
  const images = facts.pictures.map(({ path, written_ms }) => {
    const source = `file?run=${id}&path=${encodeURIComponent(path)}&at=${written_ms}`;
    const name = path
      .replace(/^figures\//, '')
      .replace(/\.svg$/, '')
      .replaceAll('-', ' ');
    return make(
      'figure',
      {},
      make('figcaption', {}, name),
      make('img', { src: source, alt: name, loading: 'lazy' }),
    );
  });
  const open = make(
    'details',
    {},
    make('summary', {}, `Figures of the report (${images.length})`),
    make('div', { class: 'maps pictures' }, ...images),
  );
  // Where nothing is learned, they are what there is to see.
  open.open = facts.kind !== 'training' && facts.kind !== 'study';
  return [open];
}

function journalOf({ facts }: Run): Node[] {
  const rows = facts.journal
    .toReversed()
    .map(({ at, what, text }) =>
      make(
        'tr',
        {},
        make('td', {}, make('time', { datetime: at }, timeText(at))),
        make('td', {}, what),
        make('td', {}, text),
      ),
    );
  const head = make(
    'tr',
    {},
    ...['Time', 'What', 'Details'].map((name) => make('th', { scope: 'col' }, name)),
  );
  const table = make('table', { class: 'entries' }, make('thead', {}, head), make('tbody', {}, ...rows));
  return [
    make('h3', {}, 'Journal'),
    make('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Journal' }, table),
  ];
}

function configOf({ facts }: Run): Node[] {
  if (facts.config === '') return [];
  return [make('details', {}, make('summary', {}, 'Configuration'), make('pre', {}, facts.config))];
}
