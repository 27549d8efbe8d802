import { type CrossbarWires, requireWires } from '../crossbar/index.js';
import { type LayeredNetwork, nodesBefore } from '../layered/index.js';

/**
 * A layered network whose conductances lie in crossbars with wires, one crossbar between two layers. Crossbar l has a word line for
 * every source or unit before layer l and a bit line for every unit of it, as `CrossbarCircuit` draws them: what drives word line i sits
 * behind driver_ohm + firstRow_ohm at its cell of column 0, and unit j of layer l behind sense_ohm + lastColumn_ohm at the last cell of
 * bit line j. Diodes, bias current sources and nudges are at the units. Nothing buffers: a unit feels both of its lines, and through
 * these every unit and source around it, so that with any resistance all units of neighbouring layers are coupled with each other.
 * At 0 Ω it is the layered network itself.
 */
export interface WiredNetwork {
  readonly layered: LayeredNetwork;
  /** The same of every crossbar. */
  readonly wires: CrossbarWires;
}

/** Word and bit lines of one crossbar. */
export interface CrossbarSize {
  readonly rows: number;
  readonly columns: number;
}

/**
 * Puts wires between the layers of a network.
 * @throws OhmpropError `crossbar.wires`
 */
export function wiredNetwork(layered: LayeredNetwork, wires: Partial<CrossbarWires>): WiredNetwork {
  return { layered, wires: requireWires(wires) };
}

/** The crossbar into each layer. */
export function crossbarSizes({ inputs, layers }: LayeredNetwork): CrossbarSize[] {
  return layers.map((columns, l) => ({ rows: nodesBefore(inputs, layers, l), columns }));
}

/** Whether wires have no resistance at all. */
export function isWireless(wires: CrossbarWires): boolean {
  return Object.values(wires).every((ohm) => ohm === 0);
}

/** For people: `1 Ω a segment, 100 Ω drivers`; what is 0 is left out. */
export function describeWires({
  row_ohm,
  column_ohm,
  firstRow_ohm,
  lastColumn_ohm,
  driver_ohm,
  sense_ohm,
}: CrossbarWires): string {
  const said = (ohm: number, what: string, as?: number) => (ohm === as ? [] : [`${ohm} Ω ${what}`]);
  const segments =
    row_ohm === column_ohm
      ? said(row_ohm, 'a segment')
      : [...said(row_ohm, 'a row segment'), ...said(column_ohm, 'a column segment')];
  return [
    ...segments,
    ...said(firstRow_ohm, 'first segments', row_ohm),
    ...said(lastColumn_ohm, 'last segments', column_ohm),
    ...said(driver_ohm, 'drivers', 0),
    ...said(sense_ohm, 'sense ends', 0),
  ].join(', ');
}
