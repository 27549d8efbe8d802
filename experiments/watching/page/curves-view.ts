import { Chart, type Curve } from './chart.js';
import { byId, make } from './elements.js';
import type { Run, State } from './state.js';
import { curveStyle } from './style.js';
import { columnName } from './text.js';

/** What is drawn until somebody chooses otherwise. */
const atFirst = ['testError', 'trainError', 'cost_V2', 'power_W'];

/** A card with curves of the runs that are drawn; its quantity is chosen in it. */
class CurveCard {
  private readonly chart = new Chart();
  private readonly select = make('select', { 'aria-label': 'Quantity' });
  private readonly log = make('input', { type: 'checkbox' });
  private offered = '';

  constructor(
    private name: string,
    parent: HTMLElement,
    onChange: () => void,
  ) {
    const log = make('label', {}, this.log, ' logarithmic');
    parent.append(
      make(
        'article',
        { class: 'card' },
        make('div', { class: 'row' }, this.select, log),
        this.chart.element,
        this.chart.readout,
      ),
    );
    this.select.addEventListener('change', () => {
      this.name = this.select.value;
      onChange();
    });
    this.log.addEventListener('change', onChange);
  }

  draw(runs: readonly Run[], names: readonly string[], redraw: string): void {
    const offered = names.join();
    if (offered !== this.offered) {
      this.offered = offered;
      const all = names.includes(this.name) ? names : [this.name, ...names];
      this.select.replaceChildren(
        ...all.map((name) => make('option', { value: name }, columnName(name).title)),
      );
      this.select.value = this.name;
    }
    const { title, unit } = columnName(this.name);
    const curves = runs.flatMap((run): Curve[] => {
      const values = run.columns[this.name];
      if (values === undefined || !values.some((value) => value !== null)) return [];
      const { id, columns, place } = run;
      return [{ key: id, label: shortName(run), style: curveStyle(place), epochs: columns.epoch, values }];
    });
    this.chart.draw(curves, { title, unit, log: this.log.checked, redraw });
  }
}

/** The learning curves of all runs that are drawn, over each other. */
export class CurvesView {
  private readonly cards: CurveCard[];
  private drawn = '';

  constructor(private readonly state: State) {
    const parent = byId('curves');
    this.cards = atFirst.map((name) => new CurveCard(name, parent, () => this.draw('chosen')));
  }

  draw(redraw: string): void {
    const runs = this.state.drawn();
    const now = runs.map(({ id, epochsVersion }) => `${id}.${epochsVersion}`).join();
    if (redraw !== 'chosen' && this.drawn === now + redraw) return;
    this.drawn = now + redraw;
    const names = [...new Set(runs.flatMap(({ columns }) => Object.keys(columns)))];
    const shown = names
      .filter((name) => name !== 'epoch')
      .sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
    for (const card of this.cards) card.draw(runs, shown, redraw === 'chosen' ? this.theme : redraw);
    if (redraw !== 'chosen') this.theme = redraw;
  }

  private theme = '';
}

function rank(name: string): number {
  const place = atFirst.indexOf(name);
  return place < 0 ? atFirst.length : place;
}

/** `iris 017b52`: what tells it from others, in a line of many. */
export function shortName({ facts }: Run): string {
  const [, name, id] = /^[\d-]+_[\d-]+_(.*)_([\da-f]{6})$/.exec(facts.name) ?? [];
  return name === undefined ? facts.path : `${name} ${id}`;
}
