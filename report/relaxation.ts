import { displayUnit } from '../core/index.js';
import { axisTitle } from './axis-title.js';
import type { FigureSpec } from './figure.js';
import { categoryColours } from './theme.js';

/** How one sample relaxed in one phase. */
export interface RelaxationPhase {
  /** For instance `free`, `nudged +β`. */
  readonly name: string;
  /** Node states after each step: `[steps][nodes]`. */
  readonly states: readonly ArrayLike<number>[];
  /** Energy after each step, `[steps]`; NaN throughout, of a board, is not drawn. */
  readonly energy: ArrayLike<number>;
}

/** What `relaxation` draws: one sample's phases, all over the same nodes. */
export interface Relaxation {
  readonly phases: readonly RelaxationPhase[];
  /** Layer of each node, for its colour: `hidden 1`, `output`. */
  readonly layerOf: readonly string[];
  /** Unit of a node state and of the energy, `1` where there is none. */
  readonly nodeUnit: string;
  readonly energyUnit: string;
  readonly title?: string;
}

/** More lines than this cannot be told apart: of a larger layer, nodes evenly spread over it are shown. */
const LINES_A_LAYER = 12;
/** A longer record is thinned out to this many points a line. */
const POINTS_A_LINE = 400;
const WIDTH_PX = 300;

/**
 * States and energy against the step, one column a phase. The phases share the axis of the states; each has its own for
 * the energy, which a nudge moves by far less than the free phase does.
 */
export function relaxation({ phases, layerOf, nodeUnit, energyUnit, title }: Relaxation): FigureSpec {
  const nodes = shownNodes(layerOf);
  const layers = [...new Set(layerOf)];
  const states = phases.map((phase) =>
    shownSteps(phase.states.length).flatMap((step) =>
      nodes.map((node) => ({ step, node, layer: layerOf[node], value: phase.states[step][node] })),
    ),
  );
  const energies = phases.map((phase) =>
    shownSteps(phase.energy.length).map((step) => ({ step, value: phase.energy[step] })),
  );
  const stateAxis = sharedAxis(states.flat(), nodeUnit === 'V' ? 'node voltage' : 'node state', nodeUnit, 5);
  const tellsEnergy = energies.some((points) => points.some(({ value }) => Number.isFinite(value)));
  const energyAxes = energies.map((points) => sharedAxis(points, 'energy', energyUnit, 3));
  const steps = {
    field: 'step',
    type: 'quantitative',
    title: 'step',
    axis: { format: 'd', tickMinStep: 1, tickCount: 6 },
    scale: { nice: false },
  };
  const energyPanel = (points: (typeof energies)[number], { factor, y }: (typeof energyAxes)[number]) => ({
    width: WIDTH_PX,
    height: 100,
    data: { values: scaled(points, factor) },
    mark: { type: 'line', color: '#1f2937', clip: true },
    encoding: { x: steps, y },
  });
  const columns = phases.map((phase, i) => ({
    vconcat: [
      {
        title: { text: phase.name, fontSize: 12, offset: 6 },
        width: WIDTH_PX,
        height: 190,
        data: { values: scaled(states[i], stateAxis.factor) },
        mark: { type: 'line', strokeWidth: 1.5, opacity: 0.75, clip: true },
        encoding: {
          x: steps,
          y: { ...stateAxis.y, ...(i === 0 ? {} : { title: null }) },
          detail: { field: 'node', type: 'nominal' },
          color: {
            field: 'layer',
            type: 'nominal',
            title: null,
            scale: {
              domain: layers,
              range: layers.map((_, l) => categoryColours[l % categoryColours.length]),
            },
            legend: { orient: 'bottom', direction: 'horizontal' },
          },
        },
      },
      ...(tellsEnergy ? [energyPanel(energies[i], energyAxes[i])] : []),
    ],
  }));
  const hidden = layerOf.length - nodes.length;
  const subtitle = hidden > 0 ? `${nodes.length} of ${layerOf.length} nodes shown` : undefined;
  return {
    title: { text: title ?? 'Relaxation', ...(subtitle === undefined ? {} : { subtitle }) },
    hconcat: columns,
  } as FigureSpec;
}

function shownNodes(layerOf: readonly string[]): number[] {
  return [...new Set(layerOf)].flatMap((layer) => {
    const members = layerOf.flatMap((name, node) => (name === layer ? [node] : []));
    return evenly(members.length, LINES_A_LAYER).map((i) => members[i]);
  });
}

function shownSteps(steps: number): number[] {
  return evenly(steps, POINTS_A_LINE);
}

/** At most `most` of the numbers 0 … count − 1, the first and the last among them. */
function evenly(count: number, most: number): number[] {
  if (count <= most) return Array.from({ length: count }, (_, i) => i);
  return Array.from({ length: most }, (_, i) => Math.round((i * (count - 1)) / (most - 1)));
}

function sharedAxis(values: readonly { value: number }[], quantity: string, unit: string, tickCount: number) {
  const finite = values.map(({ value }) => value).filter(Number.isFinite);
  const low = finite.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const high = finite.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const display = displayUnit(Math.max(Math.abs(low), Math.abs(high)), unit);
  const margin = (high - low) * 0.04 || Math.abs(high) * 0.1 || 1;
  const domain =
    finite.length === 0 ? [0, 1] : [(low - margin) * display.factor, (high + margin) * display.factor];
  const y = {
    field: 'value',
    type: 'quantitative',
    title: axisTitle(quantity, display.unit),
    scale: { domain, nice: false, zero: false },
    axis: { tickCount },
  };
  return { factor: display.factor, y };
}

function scaled<T extends { value: number }>(points: readonly T[], factor: number): T[] {
  return points.map((point) => ({ ...point, value: point.value * factor }));
}
