import uPlot from 'uplot';
import { make } from './elements.js';
import { type CurveStyle, cssColour } from './style.js';
import { quantityText } from './text.js';

/** A curve over epochs. */
export interface Curve {
  readonly key: string;
  readonly label: string;
  readonly style: CurveStyle;
  readonly epochs: readonly (number | null)[];
  readonly values: readonly (number | null)[];
}

const HEIGHT = 210;
/** Curves whose values are told under the chart. */
const MOST_TOLD = 8;
/** Epochs that a small picture has room for: of more, every n-th is drawn. */
const MOST_POINTS = 5000;

/** Curves of one quantity, with a cursor that keys move as well. */
export class Chart {
  readonly element = make('div', { class: 'plot', tabindex: '0', role: 'img' });
  readonly readout = make('p', { class: 'readout' });
  private plot: uPlot | undefined;
  private made = '';
  private curves: readonly Curve[] = [];
  private unit = '';
  private at: number | undefined;
  private seen = false;
  private waiting: (() => void) | undefined;

  constructor() {
    this.element.setAttribute('aria-label', 'Curves, drawn as soon as they come into view');
    new ResizeObserver(() => this.plot?.setSize({ width: this.width(), height: HEIGHT })).observe(
      this.element,
    );
    // What nobody sees is not drawn.
    new IntersectionObserver(([entry]) => {
      this.seen = entry.isIntersecting;
      if (!this.seen) return;
      this.waiting?.();
      this.waiting = undefined;
    }).observe(this.element);
    this.element.addEventListener('keydown', (event) => this.key(event));
  }

  /** Draws these, as soon as it is seen. */
  draw(
    curves: readonly Curve[],
    options: { title: string; unit: string; log: boolean; redraw: string },
  ): void {
    const work = () => this.drawNow(curves, options);
    if (this.seen) work();
    else this.waiting = work;
  }

  private drawNow(
    curves: readonly Curve[],
    { title, unit, log, redraw }: { title: string; unit: string; log: boolean; redraw: string },
  ): void {
    this.curves = curves;
    this.unit = unit;
    const factor = unit === '%' ? 100 : 1;
    const data = aligned(curves, factor, log);
    const made = JSON.stringify([curves.map(({ key, style }) => [key, style]), unit, log, redraw]);
    if (made === this.made && this.plot !== undefined) this.plot.setData(data);
    else {
      this.plot?.destroy();
      this.made = made;
      this.plot = new uPlot(this.options(curves, unit, log), data, this.element);
    }
    this.element.setAttribute('aria-label', described(title, unit, curves));
    if (this.at === undefined) this.tell(undefined);
  }

  private options(curves: readonly Curve[], unit: string, log: boolean): uPlot.Options {
    const axis = {
      stroke: cssColour('--muted'),
      font: "12px 'Source Sans 3', Arial, sans-serif",
      grid: { stroke: cssColour('--grid'), width: 1 },
      ticks: { stroke: cssColour('--line'), width: 1 },
    };
    const text = (value: number) =>
      unit === '%' ? `${Number(value.toPrecision(4))} %` : quantityText(value, unit);
    return {
      width: this.width(),
      height: HEIGHT,
      pxAlign: false,
      legend: { show: false },
      cursor: { drag: { x: true, y: false }, points: { show: curves.length <= MOST_TOLD } },
      scales: { x: { time: false }, y: log ? { distr: 3 } : {} },
      axes: [
        {
          ...axis,
          size: 34,
          values: (_, splits) => splits.map((v) => (Number.isInteger(v) ? String(v) : '')),
        },
        { ...axis, size: 74, values: (_, splits) => splits.map((v) => (v === null ? '' : text(v))) },
      ],
      series: [
        {},
        ...curves.map(({ label, style }) => ({
          label,
          stroke: style.colour,
          width: 1.6,
          ...(style.dash.length === 0 ? {} : { dash: [...style.dash] }),
          points: { show: false },
          spanGaps: true,
        })),
      ],
      hooks: {
        setCursor: [(plot) => this.tell(plot.cursor.idx ?? undefined)],
      },
    };
  }

  /** Says the values at an epoch, or the newest. */
  private tell(index: number | undefined): void {
    this.at = index;
    const epoch = index === undefined ? undefined : this.plot?.data[0][index];
    const told = this.curves.slice(0, MOST_TOLD).flatMap(({ label, epochs, values, style }) => {
      const k = epoch === undefined ? values.length - 1 : epochs.indexOf(epoch);
      const value = values[k];
      if (value === undefined || value === null) return [];
      const part = make('i', {}, `${label} ${quantityText(value, this.unit)}`);
      part.style.borderLeftColor = style.colour;
      return [part];
    });
    const more =
      this.curves.length > MOST_TOLD ? [make('i', {}, `and ${this.curves.length - MOST_TOLD} more`)] : [];
    if (this.curves.length === 0) {
      this.readout.textContent = 'Of the runs that are drawn none tells this.';
      return;
    }
    const when = epoch === undefined ? 'newest:' : `epoch ${epoch}:`;
    this.readout.replaceChildren(make('i', {}, when), ...told, ...more);
  }

  private key(event: KeyboardEvent): void {
    const { plot } = this;
    if (plot === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    const last = plot.data[0].length - 1;
    const now = this.at ?? last;
    const step = event.shiftKey ? 10 : 1;
    const to = { ArrowLeft: now - step, ArrowRight: now + step, Home: 0, End: last }[event.key];
    if (to !== undefined) {
      const index = Math.min(last, Math.max(0, to));
      plot.setCursor({ left: plot.valToPos(plot.data[0][index], 'x'), top: 10 });
      event.preventDefault();
    } else if (event.key === 'Escape') plot.setCursor({ left: -10, top: -10 });
    else if (event.key === '0') plot.setData(plot.data);
  }

  private width(): number {
    return Math.max(200, this.element.clientWidth);
  }
}

/** All curves over the same epochs, as uPlot wants them. */
function aligned(curves: readonly Curve[], factor: number, log: boolean): uPlot.AlignedData {
  const epochs = new Set<number>();
  for (const curve of curves) for (const epoch of curve.epochs) if (epoch !== null) epochs.add(epoch);
  let xs = [...epochs].sort((a, b) => a - b);
  const every = Math.ceil(xs.length / MOST_POINTS);
  if (every > 1) xs = xs.filter((_, k) => (xs.length - 1 - k) % every === 0);
  const places = new Map(xs.map((epoch, k) => [epoch, k]));
  return [
    xs,
    ...curves.map(({ epochs, values }) => {
      const ys = new Array<number | null>(xs.length).fill(null);
      for (let k = 0; k < values.length; k++) {
        const place = places.get(epochs[k] ?? Number.NaN);
        const value = values[k];
        if (place === undefined || value === null || value === undefined) continue;
        if (!log || value > 0) ys[place] = factor * value;
      }
      return ys;
    }),
  ];
}

function described(title: string, unit: string, curves: readonly Curve[]): string {
  const told = curves.slice(0, MOST_TOLD).flatMap(({ label, epochs, values }) => {
    const value = values.at(-1);
    return typeof value === 'number'
      ? [`${label}: ${quantityText(value, unit)} at epoch ${epochs.at(-1)}`]
      : [];
  });
  const more = curves.length > MOST_TOLD ? `, and ${curves.length - MOST_TOLD} more` : '';
  return `${title} over epochs. ${told.join(', ')}${more}. Arrow keys move along the epochs.`;
}
