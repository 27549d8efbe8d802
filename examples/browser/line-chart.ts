import { svgChild } from './page-elements.js';

/** One line of a chart: its values one after the other, evenly along the horizontal axis. */
export interface ChartLine {
  readonly name: string;
  readonly values: ArrayLike<number>;
}

/** What a chart's axes are, with units. */
export interface ChartAxes {
  readonly x: string;
  readonly y: string;
  /** How many values the horizontal axis has room for; it counts from `first`. */
  readonly count: number;
  readonly first: number;
  /** Ends of the vertical axis, in its unit. */
  readonly low: number;
  readonly high: number;
}

const WIDTH = 440;
const HEIGHT = 190;
const LEFT = 58;
const RIGHT = 10;
const TOP = 8;
const BOTTOM = 38;

/** A chart of few lines in an SVG that keeps its size: lines differ by colour and dash, and are named beside the chart. */
export class LineChart {
  private readonly plot: SVGElement;
  private drawn = '';

  constructor(
    private readonly svg: SVGSVGElement,
    names: readonly string[],
  ) {
    svg.setAttribute('viewBox', `0 0 ${WIDTH} ${HEIGHT}`);
    svg.replaceChildren();
    this.plot = svgChild(svg, 'g', { class: 'axes' });
    for (const [k] of names.entries())
      svgChild(svg, 'polyline', { class: `line line-${k + 1}`, fill: 'none' });
  }

  draw(axes: ChartAxes, lines: readonly ChartLine[]): void {
    const { count, low, high } = axes;
    const across = (WIDTH - LEFT - RIGHT) / Math.max(1, count - 1);
    const up = (HEIGHT - TOP - BOTTOM) / (high - low);
    this.drawAxes(axes);
    const polylines = this.svg.querySelectorAll('polyline');
    for (const [k, { values }] of lines.entries()) {
      let points = '';
      for (let i = 0; i < values.length; i++) {
        const y = HEIGHT - BOTTOM - (Math.min(high, Math.max(low, values[i])) - low) * up;
        points += `${(LEFT + i * across).toFixed(1)},${y.toFixed(1)} `;
      }
      polylines[k].setAttribute('points', points);
    }
  }

  /** Only where they changed. */
  private drawAxes({ x, y, count, first, low, high }: ChartAxes): void {
    const key = [x, y, count, low, high].join();
    if (key === this.drawn) return;
    this.drawn = key;
    const { plot } = this;
    plot.replaceChildren();
    const bottom = HEIGHT - BOTTOM;
    for (let tick = 0; tick <= 4; tick++) {
      const value = low + (tick / 4) * (high - low);
      const at = bottom - (tick / 4) * (bottom - TOP);
      svgChild(plot, 'line', { x1: LEFT, x2: WIDTH - RIGHT, y1: at, y2: at });
      svgChild(plot, 'text', { x: LEFT - 6, y: at + 4, 'text-anchor': 'end' }, shortNumber(value));
    }
    for (const share of [0, 0.5, 1]) {
      const at = LEFT + share * (WIDTH - LEFT - RIGHT);
      const anchor = share === 1 ? 'end' : 'middle';
      const value = Math.round(first + share * (count - 1));
      svgChild(plot, 'text', { x: at, y: bottom + 15, 'text-anchor': anchor }, String(value));
    }
    const middle = (LEFT + WIDTH - RIGHT) / 2;
    svgChild(plot, 'text', { x: middle, y: HEIGHT - 6, 'text-anchor': 'middle' }, x);
    const turned = `rotate(-90 12 ${(TOP + bottom) / 2})`;
    svgChild(plot, 'text', { x: 12, y: (TOP + bottom) / 2, 'text-anchor': 'middle', transform: turned }, y);
  }
}

/** The least 1, 2 or 5 times a power of ten that is not below a value above 0: ends of an axis that seldom change. */
export function roundUp(value: number): number {
  const decade = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map((step) => step * decade).find((end) => end >= value * (1 - 1e-9)) ?? 10 * decade;
}

function shortNumber(value: number): string {
  return String(Number(value.toPrecision(3)));
}
