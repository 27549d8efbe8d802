import { columnName } from './column-name.js';
import {
  categoryColours,
  type Figure,
  type FigureText,
  figureOf,
  ink,
  line,
  logSpread,
  type Panel,
  type Point,
  palette,
  quantityAxis,
  spread,
  wide,
} from './drawing/index.js';
import { evenly } from './evenly.js';

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
export interface Relaxation extends FigureText {
  readonly phases: readonly RelaxationPhase[];
  /** Layer of each node, for its colour: `hidden 1`, `output`. */
  readonly layerOf: readonly string[];
  /** Nodes that are picked out of their layer, the target's output first, then the answer's where it is another. */
  readonly picked?: readonly { readonly node: number; readonly label: string }[];
  /** Unit of a node state and of the energy, `1` where there is none. */
  readonly nodeUnit: string;
  readonly energyUnit: string;
}

/** More lines than this cannot be told apart: of a larger layer, nodes evenly spread over it are shown. */
const LINES_A_LAYER = 12;
/** The narrowest plot in which a phase can be read, points. */
const NARROWEST = 110;
/** Below this share of the largest fall, a difference of energies is rounding. */
const ROUNDING = 1e-14;
const pickedStyles = [
  { colour: palette.vermilion, width: 2 },
  { colour: ink.text, width: 1.6, dash: '3 2' },
];
/** Of layers whose nodes are not picked out; the colour of the target is left to it. */
const layerColours = categoryColours.filter((colour) => colour !== palette.vermilion);

/**
 * States, and how far the energy is above its end, against the step: one column a phase, or one below the other where the
 * figure is narrow. All phases share the axis of the states and the logarithmic one of the energy.
 */
export function relaxation(data: Relaxation): Figure {
  const { phases, layerOf, picked = [], nodeUnit, energyUnit } = data;
  const nodes = shownNodes(
    layerOf,
    picked.map(({ node }) => node),
  );
  const layers = [...new Set(layerOf)];
  const falls = phases.map(({ energy }) => fallOf(energy));
  const largest = Math.max(0, ...falls.flat().filter(Number.isFinite));
  const drawnFalls = falls.map((fall) =>
    fall.map((value) => (value > largest * ROUNDING ? value : Number.NaN)),
  );
  const states = phases.flatMap((phase) => phase.states.flatMap((at) => nodes.map((node) => at[node])));
  const stateAxis = quantityAxis({
    quantity: nodeUnit === 'V' ? 'node voltage' : 'node state',
    unit: nodeUnit,
    domain: spread(states),
    grid: true,
  });
  const energyAxis = quantityAxis({
    quantity: 'E − E_end',
    unit: energyUnit,
    scale: 'log',
    domain: logSpread(drawnFalls.flat()),
    grid: true,
  });
  // A board does not tell its energy; where it never falls there is nothing to show either.
  const tellsEnergy = drawnFalls.some((fall) => fall.some(Number.isFinite));
  const colourOf = (layer: string) => layerColours[layers.indexOf(layer) % layerColours.length];
  const styleOf = (node: number) => {
    const i = picked.findIndex((one) => one.node === node);
    const plain = { colour: colourOf(layerOf[node]), width: 1, opacity: 0.7, label: `node ${node}` };
    return i < 0 ? plain : { ...pickedStyles[Math.min(i, 1)], label: picked[i].label };
  };
  // Picked lines are drawn last, above the others.
  const order = [
    ...nodes.filter((node) => picked.every((one) => one.node !== node)),
    ...picked.map(({ node }) => node).reverse(),
  ];
  const panels = phases.map((phase, i) => {
    const steps = Math.max(phase.states.length, phase.energy.length);
    const x = quantityAxis({ quantity: 'step', unit: '1', domain: [0, Math.max(1, steps - 1)], whole: true });
    const state: Panel = {
      title: [phase.name],
      strong: true,
      x,
      bareX: tellsEnergy,
      y: stateAxis,
      size: wide(96),
      marks: order.map((node) =>
        line(
          phase.states.map((at, step): Point => [step, at[node]]),
          styleOf(node),
        ),
      ),
    };
    const energy: Panel = {
      x,
      y: energyAxis,
      size: wide(64),
      marks: [
        line(
          drawnFalls[i].map((value, step): Point => [step, value]),
          { colour: ink.text, label: 'energy' },
        ),
      ],
    };
    return tellsEnergy ? [state, energy] : [state];
  });
  const hidden = layerOf.length - nodes.length;
  const legend = [
    ...layers.map((layer) => ({ label: layer, colour: colourOf(layer) })),
    ...picked.map(({ label }, i) => ({ label, ...pickedStyles[Math.min(i, 1)] })),
  ];
  return figureOf(
    data,
    'Relaxation',
    () => tableOf(data, nodes, falls),
    (width) => {
      const beside = width / phases.length >= NARROWEST + 20;
      return {
        title: 'Relaxation',
        ...(hidden > 0 ? { subtitle: `${nodes.length} of ${layerOf.length} nodes shown` } : {}),
        legend,
        rows: beside
          ? [0, 1].flatMap((row) => {
              const across = panels.map((panel, i) =>
                panel[row] === undefined ? undefined : { ...panel[row], bareY: i > 0 },
              );
              return across.some((panel) => panel !== undefined) ? [across] : [];
            })
          : panels.flatMap((panel) => panel.map((one) => [one])),
      };
    },
  );
}

/** Above the last energy of a phase; NaN where the energy is not told. */
function fallOf(energy: ArrayLike<number>): number[] {
  const end = energy[energy.length - 1];
  return Array.from(energy, (value) => value - end);
}

function tableOf(
  { phases, layerOf, nodeUnit, energyUnit }: Relaxation,
  nodes: readonly number[],
  falls: readonly number[][],
) {
  const place = layerOf.map((layer, node) => node - layerOf.indexOf(layer));
  return {
    columns: [
      'phase',
      'step',
      columnName('energy', energyUnit),
      columnName('energy_above_end', energyUnit),
      ...nodes.map((node) => columnName(`${layerOf[node]} ${place[node]}`, nodeUnit)),
    ],
    rows: phases.flatMap(({ name, states, energy }, i) =>
      states.map((at, step) => [
        name,
        step,
        energy[step] ?? Number.NaN,
        falls[i][step] ?? Number.NaN,
        ...nodes.map((node) => at[node]),
      ]),
    ),
  };
}

function shownNodes(layerOf: readonly string[], picked: readonly number[]): number[] {
  const shown = [...new Set(layerOf)].flatMap((layer) => {
    const members = layerOf.flatMap((name, node) => (name === layer ? [node] : []));
    return evenly(members.length, LINES_A_LAYER).map((i) => members[i]);
  });
  return [...new Set([...shown, ...picked])].sort((a, b) => a - b);
}
