import { columnName } from './column-name.js';
import {
  categoryColours,
  type Figure,
  type FigureText,
  figureOf,
  ink,
  line,
  logSpread,
  note,
  type Panel,
  type Point,
  palette,
  quantityAxis,
  rule,
  spread,
  wide,
} from './drawing/index.js';
import { evenly } from './evenly.js';

/** How one sample settled in one phase. */
export interface SettlingPhase {
  /** For instance `free`, `nudged +β`. */
  readonly name: string;
  /** Rising, from 0 on. */
  readonly times: ArrayLike<number>;
  /** Node states at each: `[times][nodes]`. */
  readonly states: readonly ArrayLike<number>[];
  /** Where they come to rest, `[nodes]`. */
  readonly rest: ArrayLike<number>;
  /** How near to it all of them are to be, in the node unit. */
  readonly tolerance: number;
  /** How near outputs, nodes of the layer `output`, are to be to theirs, where that is something else. */
  readonly outputTolerance?: number;
  /** When they stay so near. */
  readonly settled: number;
}

/** What `settlingFigure` draws: one sample's phases in time, and when other samples had settled. */
export interface Settling extends FigureText {
  readonly phases: readonly SettlingPhase[];
  /** Layer of each node, for its colour: `hidden 1`, `output`. */
  readonly layerOf: readonly string[];
  /** Unit of times and of node states, `1` where there is none. */
  readonly timeUnit: string;
  readonly nodeUnit: string;
  /** Settling times of every sample, by phase; none are drawn of a single one. */
  readonly samples?: readonly { readonly phase: string; readonly settled: readonly number[] }[];
}

/** The layer whose nodes stand out. */
const OUTPUT = 'output';
/** Of the other layers; the outputs' colour is left to them. */
const layerColours = categoryColours.filter((colour) => colour !== palette.vermilion);
/** More lines than this cannot be told apart: of a larger layer, nodes evenly spread over it are shown. */
const LINES_A_LAYER = 10;
/** The narrowest plot in which a phase with an axis of its own can be read, points. */
const NARROWEST = 125;
/** Drawn beyond the settling time, as a share of it. */
const BEYOND = 0.5;
/** Distances below this share of the tolerance are not drawn. */
const FAR_BELOW = 1e-2;

/**
 * Changes of nodes since the start of a phase against time, each phase on axes of its own, and below how far the farthest node and the farthest
 * output are from their rest, with tolerances and the settling time; one column a phase, or one below the other where the figure is narrow. Last, the share of samples that have
 * settled against time.
 */
export function settlingFigure(data: Settling): Figure {
  const { phases, layerOf, timeUnit, nodeUnit, samples = [] } = data;
  const layers = [...new Set(layerOf)];
  const nodes = layers.flatMap((layer) => {
    const members = layerOf.flatMap((name, node) => (name === layer ? [node] : []));
    return evenly(members.length, LINES_A_LAYER).map((i) => members[i]);
  });
  const hiddenLayers = layers.filter((layer) => layer !== OUTPUT);
  const colourOf = (layer: string) =>
    layer === OUTPUT ? palette.vermilion : layerColours[hiddenLayers.indexOf(layer) % layerColours.length];
  const quantity = nodeUnit === 'V' ? 'voltage' : 'state';
  const columns = phases.map((phase): [Panel, Panel] => {
    const end = phase.times[phase.times.length - 1];
    const until = phase.settled > 0 ? Math.min(end, phase.settled * (1 + BEYOND)) : end;
    const count = Array.from(phase.times).filter((time) => time <= until).length;
    const shown = Math.min(phase.states.length, Math.max(2, count + 1));
    const x = quantityAxis({ quantity: timeName(timeUnit), unit: timeUnit, domain: [0, until || 1] });
    const change = (node: number) =>
      phase.states.slice(0, shown).map((at, k): Point => [phase.times[k], at[node] - phase.states[0][node]]);
    const farthest = (of: (node: number) => boolean, tolerance: number) =>
      distancesOf(phase, of)
        .slice(0, shown)
        .map((d) => (d > FAR_BELOW * tolerance ? d : Number.NaN));
    const all = farthest(() => true, phase.tolerance);
    const { outputTolerance } = phase;
    const ofOutputs =
      outputTolerance === undefined
        ? undefined
        : farthest((node) => layerOf[node] === OUTPUT, outputTolerance);
    const along = (values: readonly number[]) => values.map((d, k): Point => [phase.times[k], d]);
    const settled = rule({ x: phase.settled }, { colour: ink.text, dash: '2 2' });
    const still = all.every(Number.isNaN) ? [note([0.5, 0.5], 'nothing moves', { anchor: 'middle' })] : [];
    return [
      {
        title: [phase.name],
        strong: true,
        x,
        bareX: true,
        y: quantityAxis({
          quantity: `change of ${quantity}`,
          unit: nodeUnit,
          domain: spread(nodes.flatMap((node) => change(node).map(([, y]) => y))),
          grid: true,
        }),
        size: wide(92),
        marks: [
          ...nodes.map((node) =>
            line(change(node), {
              colour: colourOf(layerOf[node]),
              width: 1,
              opacity: 0.8,
              label: `${layerOf[node]}, node ${node}`,
              clip: true,
            }),
          ),
          settled,
          ...still,
        ],
      },
      {
        x,
        y: quantityAxis({
          quantity: 'from rest',
          unit: nodeUnit,
          scale: 'log',
          domain: logSpread([
            ...all,
            ...(ofOutputs ?? []),
            phase.tolerance,
            outputTolerance ?? phase.tolerance,
          ]),
          grid: true,
        }),
        size: wide(66),
        marks: [
          line(along(all), { colour: ink.text, label: 'farthest node from its rest', clip: true }),
          ...(ofOutputs === undefined || outputTolerance === undefined
            ? []
            : [
                line(along(ofOutputs), {
                  colour: palette.vermilion,
                  label: 'farthest output from its rest',
                  clip: true,
                }),
                rule({ y: outputTolerance }, { colour: palette.vermilion }),
              ]),
          rule({ y: phase.tolerance }),
          settled,
        ],
      },
    ];
  });
  const phaseStyle = (i: number) => ({
    colour: ink.text,
    ...(i === 0 ? {} : { dash: ['5 2', '1.5 2', '6 2 1.5 2'][(i - 1) % 3] }),
  });
  const counted = samples.filter(({ settled }) => settled.length > 1);
  const shares: Panel | undefined =
    counted.length === 0
      ? undefined
      : {
          title: [`settled, of ${counted[0].settled.length} samples`],
          x: quantityAxis({
            quantity: timeName(timeUnit),
            unit: timeUnit,
            domain: spread(
              counted.flatMap(({ settled }) => settled),
              { zero: true },
            ),
          }),
          y: quantityAxis({ quantity: 'share', unit: '1', domain: [0, 1], grid: true }),
          size: wide(70),
          marks: counted.map(({ phase, settled }, i) =>
            line(stairs(settled), { ...phaseStyle(i), width: 1.3, label: phase }),
          ),
        };
  const hidden = layerOf.length - nodes.length;
  const legend = [
    ...layers.map((layer) => ({ label: layer, colour: colourOf(layer) })),
    ...(shares === undefined ? [] : counted.map(({ phase }, i) => ({ label: phase, ...phaseStyle(i) }))),
  ];
  return figureOf(
    data,
    'Settling',
    () => tableOf(data, nodes),
    (width) => {
      const beside = width / phases.length >= NARROWEST;
      return {
        ...(hidden > 0 ? { subtitle: `${nodes.length} of ${layerOf.length} nodes shown` } : {}),
        legend,
        rows: [
          ...(beside
            ? [columns.map(([change]) => change), columns.map(([, distance]) => distance)]
            : columns.flatMap(([change, distance]) => [[change], [distance]])),
          ...(shares === undefined ? [] : [[shares]]),
        ],
      };
    },
  );
}

const timeName = (unit: string): string => (unit === '1' ? 'time, time constants' : 'time');

function distancesOf({ states, rest }: SettlingPhase, counts: (node: number) => boolean): number[] {
  return states.map((at) => {
    let most = 0;
    for (let k = 0; k < rest.length; k++) if (counts(k)) most = Math.max(most, Math.abs(at[k] - rest[k]));
    return most;
  });
}

/** The share of values up to each. */
function stairs(values: readonly number[]): Point[] {
  const sorted = [...values].sort((a, b) => a - b);
  return [
    [0, 0],
    ...sorted.flatMap((value, i): Point[] => [
      [value, i / sorted.length],
      [value, (i + 1) / sorted.length],
    ]),
  ];
}

function tableOf({ phases, layerOf, timeUnit, nodeUnit, samples = [] }: Settling, nodes: readonly number[]) {
  const place = layerOf.map((layer, node) => node - layerOf.indexOf(layer));
  const columns = [
    'phase',
    columnName('time', timeUnit),
    columnName('farthest_from_rest', nodeUnit),
    ...nodes.map((node) => columnName(`${layerOf[node]} ${place[node]}`, nodeUnit)),
    columnName('settled_sample', timeUnit),
  ];
  const none = Number.NaN;
  return {
    columns,
    rows: [
      ...phases.flatMap((phase) => {
        const distances = distancesOf(phase, () => true);
        return phase.states.map((at, k) => [
          phase.name,
          phase.times[k],
          distances[k],
          ...nodes.map((node) => at[node]),
          none,
        ]);
      }),
      ...samples.flatMap(({ phase, settled }) =>
        settled.map((time) => [phase, none, none, ...nodes.map(() => none), time]),
      ),
    ],
  };
}
