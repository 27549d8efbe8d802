import { signed } from './colours.js';
import { svgChild } from './page-elements.js';
import { HIDDEN } from './xor-learner.js';

/** What is written into the nodes of a drawing, share −1 to 1 of the colours' end, and along its conductances. */
export interface NetworkLook {
  /** [4]: sources x₁, −x₁, x₂, −x₂. */
  readonly sources: readonly number[];
  readonly hidden: readonly number[];
  readonly outputs: readonly number[];
  /** [4 × hidden] from the sources in that order, share 0 to 1 of the thickest line; negative: dashed. */
  readonly into: readonly number[];
  /** [hidden × 2] */
  readonly outOf: readonly number[];
}

const WIDTH = 260;
const HEIGHT = 300;
const columns = { sources: 46, hidden: 138, outputs: 222 } as const;
const sourceNames = ['x₁', '−x₁', 'x₂', '−x₂'];
const outputNames = ['=', '≠'];

const spread = (count: number) => (k: number) => 34 + (k + 0.5) * ((HEIGHT - 44) / count);
const ofSource = spread(4);
const ofHidden = spread(HIDDEN);
const ofOutput = spread(2);

/** A network of sources, hidden nodes and outputs in an SVG that is made once and then changes its colours and widths alone. */
export class NetworkDrawing {
  private readonly into: SVGElement[] = [];
  private readonly outOf: SVGElement[] = [];
  private readonly sources: SVGElement[];
  private readonly hidden: SVGElement[];
  private readonly outputs: SVGElement[];

  constructor(svg: SVGSVGElement) {
    svg.setAttribute('viewBox', `0 0 ${WIDTH} ${HEIGHT}`);
    svg.replaceChildren();
    const titles = [
      ['sources', columns.sources],
      ['hidden', columns.hidden],
      ['outputs', columns.outputs],
    ] as const;
    for (const [text, x] of titles) svgChild(svg, 'text', { x, y: 14, 'text-anchor': 'middle' }, text);
    const line = (x1: number, y1: number, x2: number, y2: number) =>
      svgChild(svg, 'line', { x1, y1, x2, y2, class: 'conductance' });
    for (let i = 0; i < 4; i++) {
      for (let j = 0; j < HIDDEN; j++)
        this.into.push(line(columns.sources, ofSource(i), columns.hidden, ofHidden(j)));
    }
    for (let i = 0; i < HIDDEN; i++) {
      for (let j = 0; j < 2; j++)
        this.outOf.push(line(columns.hidden, ofHidden(i), columns.outputs, ofOutput(j)));
    }
    const node = (x: number, y: number, name = '', end = false) => {
      const circle = svgChild(svg, 'circle', { cx: x, cy: y, r: 11, class: 'node' });
      if (name !== '')
        svgChild(
          svg,
          'text',
          { x: end ? x + 16 : x - 16, y: y + 5, 'text-anchor': end ? 'start' : 'end' },
          name,
        );
      return circle;
    };
    this.sources = sourceNames.map((name, k) => node(columns.sources, ofSource(k), name));
    this.hidden = Array.from({ length: HIDDEN }, (_, k) => node(columns.hidden, ofHidden(k)));
    this.outputs = outputNames.map((name, k) => node(columns.outputs, ofOutput(k), name, true));
  }

  show({ sources, hidden, outputs, into, outOf }: NetworkLook): void {
    fill(this.sources, sources);
    fill(this.hidden, hidden);
    fill(this.outputs, outputs);
    stroke(this.into, into);
    stroke(this.outOf, outOf);
  }
}

function fill(nodes: readonly SVGElement[], shares: readonly number[]): void {
  for (const [k, share] of shares.entries()) nodes[k].setAttribute('fill', signed.css((share + 1) / 2));
}

function stroke(lines: readonly SVGElement[], shares: readonly number[]): void {
  for (const [k, share] of shares.entries()) {
    lines[k].setAttribute('stroke-width', (0.3 + 3.7 * Math.min(1, Math.abs(share))).toFixed(2));
    lines[k].classList.toggle('less', share < 0);
  }
}
