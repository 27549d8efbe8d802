import { shortName } from './curves-view.js';
import { byId, make } from './elements.js';
import type { Run, State } from './state.js';
import { curveStyle } from './style.js';
import { quantityText } from './text.js';

/** The runs that there are: which of them is looked at, which are drawn. */
export class RunList {
  private readonly rows = new Map<string, { row: HTMLLIElement; key: string }>();
  private readonly list = byId<HTMLUListElement>('runs');
  private readonly filter = byId<HTMLInputElement>('filter');
  private order = '';

  constructor(
    private readonly state: State,
    private readonly onChange: () => void,
  ) {
    this.filter.addEventListener('input', onChange);
    const choose = (id: string, which: (run: Run) => boolean) =>
      byId(id).addEventListener('click', () => {
        state.choose(state.runs.values(), false);
        state.choose(this.shown().filter(which), true);
        onChange();
      });
    choose('pick-all', () => true);
    choose('pick-none', () => false);
    choose('pick-running', ({ facts }) => facts.standing === 'running');
  }

  shown(): Run[] {
    return this.state.list(this.filter.value);
  }

  /** Looks at the next run, or the one before. */
  move(by: number): void {
    const shown = this.shown();
    const at = shown.findIndex(({ id }) => id === this.state.focus);
    const to = shown[Math.min(shown.length - 1, Math.max(0, at + by))];
    if (to === undefined) return;
    this.state.focus = to.id;
    this.onChange();
    this.rows.get(to.id)?.row.scrollIntoView({ block: 'nearest' });
  }

  draw(theme: string): void {
    const shown = this.shown();
    byId('no-runs').hidden = this.state.runs.size > 0;
    byId('picked').textContent = `${this.state.drawn().length} of ${this.state.runs.size} drawn`;
    for (const run of shown) this.drawRow(run, theme);
    const order = shown.map(({ id }) => id).join();
    if (order === this.order) return;
    this.order = order;
    const active = document.activeElement;
    this.list.replaceChildren(...shown.flatMap(({ id }) => this.rows.get(id)?.row ?? []));
    if (active instanceof HTMLElement && this.list.contains(active)) active.focus();
    for (const id of this.rows.keys()) if (!this.state.runs.has(id)) this.rows.delete(id);
  }

  private drawRow(run: Run, theme: string): void {
    const focus = this.state.focus === run.id;
    const key = [run.epochsVersion, run.factsVersion, run.drawn, focus, theme].join();
    const known = this.rows.get(run.id);
    if (known?.key === key) return;
    const row = known?.row ?? this.newRow(run);
    this.rows.set(run.id, { row, key });
    row.classList.toggle('focus', focus);
    const box = row.querySelector('input') as HTMLInputElement;
    box.checked = run.drawn;
    const look = row.querySelector('button') as HTMLButtonElement;
    look.setAttribute('aria-current', String(focus));
    const swatch = row.querySelector('svg') as SVGElement;
    const line = swatch.firstElementChild as SVGElement;
    const style = curveStyle(run.place);
    line.setAttribute('stroke', run.drawn ? style.colour : 'none');
    line.setAttribute('stroke-dasharray', style.dash.join(' '));
    (row.querySelector('.told') as HTMLElement).replaceChildren(...toldOf(run));
  }

  private newRow(run: Run): HTMLLIElement {
    const box = make('input', { type: 'checkbox', 'aria-label': `draw ${shortName(run)}` });
    box.addEventListener('change', () => {
      this.state.choose([run], box.checked);
      this.onChange();
    });
    const look = make(
      'button',
      { type: 'button', title: run.facts.path },
      shortName(run),
      make('span', { class: 'told' }),
    );
    look.addEventListener('click', () => {
      this.state.focus = run.id;
      this.onChange();
    });
    return make('li', {}, box, swatch(), look);
  }
}

function swatch(): Node {
  const space = 'http://www.w3.org/2000/svg';
  const svg = document.createElementNS(space, 'svg');
  svg.setAttribute('class', 'swatch');
  svg.setAttribute('viewBox', '0 0 24 10');
  svg.setAttribute('aria-hidden', 'true');
  const line = document.createElementNS(space, 'path');
  line.setAttribute('d', 'M0 5h24');
  line.setAttribute('stroke-width', '3');
  svg.append(line);
  return svg;
}

/** `running · epoch 12 of 60 · test 6.67 %` */
function toldOf({ facts, columns }: Run): Node[] {
  const { standing, health, kind, epochsWanted } = facts;
  const paused = standing === 'running' && health?.paused !== undefined;
  const word = paused ? 'paused' : standing;
  const epoch = columns.epoch?.at(-1);
  const error = columns.testError?.at(-1);
  const rest = [
    kind === 'training' ? undefined : kind,
    typeof epoch === 'number'
      ? `epoch ${epoch}${epochsWanted === undefined ? '' : ` of ${epochsWanted}`}`
      : undefined,
    typeof error === 'number' ? `test ${quantityText(error, '%')}` : undefined,
  ].filter((part) => part !== undefined);
  const colour = word === 'cut off' ? 'cut' : word;
  return [
    ...(word === 'unknown' ? [] : [make('b', { class: colour }, word)]),
    document.createTextNode(`${word === 'unknown' ? '' : ' · '}${rest.join(' · ')}`.replace(/ · $/, '')),
  ];
}
