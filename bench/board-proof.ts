import { loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { RandomStream } from '../core/index.js';
import {
  type BoardCircuit,
  type BoardParts,
  type BoardProfile,
  boardProfile,
  drawParts,
  randomTaps,
} from '../devices/boards/index.js';
import { BoardClient, type BoardFault, proveBoard } from '../drivers/board/index.js';
import { InProcessTransport, VirtualBoard } from '../drivers/virtual-board/index.js';
import { SolvedBoard } from '../solver/board/index.js';
import {
  askedBoards,
  type BenchedBoard,
  eachBoard,
  type FaultKind,
  faultKinds,
} from './boards/each-board.js';

/** A fault that a board is given: what it is, of what, and what a proof may call it. */
export interface GivenFault {
  readonly kind: string;
  readonly of: readonly number[];
  readonly text: string;
  readonly parts: BoardParts;
  /** Entries that stand in each other's place: of pots, sources and nodes. */
  readonly swapped?: { readonly pots?: Pair; readonly sources?: Pair; readonly nodes?: Pair };
}
type Pair = readonly [number, number];

export { faultKinds };

/** One random fault in a sound board. */
export function giveFault(parts: BoardParts, kind: FaultKind, seed: number): GivenFault {
  const random = new RandomStream(seed, 'fault');
  const { profile } = parts;
  const pot = random.integer(profile.pots);
  const tables = [...parts.calibration.resistance_ohm];
  const withTable = (table: Float64Array): BoardParts => {
    tables[pot] = table;
    return { ...parts, calibration: { ...parts.calibration, resistance_ohm: tables } };
  };
  const sign = random.uniform() < 0.5 ? -1 : 1;
  if (kind === 'dead wiper') {
    const stuck = profile.tapMin + random.integer(profile.tapMax - profile.tapMin + 1);
    const text = `pot ${pot} stuck at tap ${stuck}`;
    return {
      kind: 'dead-wiper',
      of: [pot],
      text,
      parts: withTable(tables[pot].map(() => tables[pot][stuck])),
    };
  }
  if (kind === 'wiper off') {
    const by = sign * (16 + random.integer(33));
    const own = tables[pot];
    const table = own.map((_, tap) => own[Math.max(0, Math.min(256, tap + by))]);
    return { kind: 'wiper-off', of: [pot], text: `pot ${pot} off by ${by} taps`, parts: withTable(table) };
  }
  if (kind === 'lost input') {
    const input = random.integer(profile.inputs);
    // One of its sources, the other, or both.
    const which = [[2 * input], [2 * input + 1], [2 * input, 2 * input + 1]][random.integer(3)];
    const sources = parts.sources.map((c, s) => (which.includes(s) ? { gain: 0, offset_V: 0, bow_V: 0 } : c));
    return {
      kind: 'lost-input',
      of: which,
      text: `sources ${which.join()} lost`,
      parts: { ...parts, sources },
    };
  }
  if (kind === 'offset') {
    const counts = sign * (20 + random.integer(41));
    const node = random.integer(profile.hidden + profile.outputs);
    const source = random.integer(profile.sources - 2);
    if (profile.binaryInputs || random.uniform() < 0.5) {
      const by_V = counts * profile.reader.step_V;
      const readers = parts.readers.map((c, n) => (n === node ? { ...c, offset_V: c.offset_V + by_V } : c));
      return {
        kind: 'offset',
        of: [node],
        text: `node ${node} off by ${counts} LSB`,
        parts: { ...parts, readers },
      };
    }
    const sources = parts.sources.map((c, s) =>
      s === source ? { ...c, offset_V: c.offset_V + counts * 1e-3 } : c,
    );
    return {
      kind: 'offset',
      of: [source],
      text: `source ${source} off by ${counts} LSB`,
      parts: { ...parts, sources },
    };
  }
  const pairOf = (n: number): Pair => {
    const a = random.integer(n);
    const b = (a + 1 + random.integer(n - 1)) % n;
    return a < b ? [a, b] : [b, a];
  };
  const among = random.integer(3);
  if (among === 0) {
    const input = random.integer(profile.inputs);
    const pair: Pair = [2 * input, 2 * input + 1];
    return {
      kind: 'swapped-sources',
      of: pair,
      text: `sources ${pair.join()} swapped`,
      parts,
      swapped: { sources: pair },
    };
  }
  const isNode = among === 1;
  const pair = pairOf(isNode ? profile.hidden + profile.outputs : profile.pots);
  return {
    kind: isNode ? 'swapped-nodes' : 'swapped-pots',
    of: pair,
    text: `${isNode ? 'nodes' : 'pots'} ${pair.join()} swapped`,
    parts,
    swapped: isNode ? { nodes: pair } : { pots: pair },
  };
}

/** A circuit in which some things stand in each other's place. */
export class SwappedCircuit implements BoardCircuit {
  readonly pots: number;
  readonly sources: number;
  readonly nodes: number;

  constructor(
    private readonly circuit: BoardCircuit,
    private readonly swapped: NonNullable<GivenFault['swapped']>,
  ) {
    this.pots = circuit.pots;
    this.sources = circuit.sources;
    this.nodes = circuit.nodes;
  }

  solve(resistance_ohm: Float64Array, source_V: Float64Array, node_V: Float64Array): void {
    const { pots, sources, nodes } = this.swapped;
    this.circuit.solve(exchanged(resistance_ohm, pots), exchanged(source_V, sources), node_V);
    node_V.set(exchanged(node_V, nodes));
  }
}

function exchanged(values: Float64Array, pair: Pair | undefined): Float64Array {
  if (pair === undefined) return values;
  const out = values.slice();
  [out[pair[0]], out[pair[1]]] = [values[pair[1]], values[pair[0]]];
  return out;
}

/** A virtual board with that fault, or sound. */
export function boardWith(parts: BoardParts, fault: GivenFault | undefined, seed: number): VirtualBoard {
  const actual = fault?.parts ?? parts;
  const solved = new SolvedBoard(actual);
  const circuit = fault?.swapped === undefined ? solved : new SwappedCircuit(solved, fault.swapped);
  return new VirtualBoard({ parts: actual, circuit, seed });
}

/** What a proof said of one board, and whether taps and residuals are as they were. */
export async function proveOne(
  profile: BoardProfile,
  seed: number,
  kind: FaultKind | undefined,
): Promise<{
  given: GivenFault | undefined;
  faults: readonly BoardFault[];
  named: boolean;
  restored: boolean;
  readings: number;
}> {
  const parts = drawParts(profile, seed);
  const given = kind === undefined ? undefined : giveFault(parts, kind, seed);
  const client = await BoardClient.open(new InProcessTransport(boardWith(parts, given, seed)));
  try {
    const taps = randomTaps(profile, seed);
    taps.residuals.forEach((_, e) => {
      taps.residuals[e] = (e * 37) % 128;
    });
    await client.writeTaps(taps);
    const { faults, readings } = await proveBoard(client, taps);
    const after = await client.readTaps();
    const restored =
      Buffer.compare(after.taps, taps.taps) === 0 && after.residuals.every((r, e) => r === taps.residuals[e]);
    const same = (a: readonly number[], b: readonly number[]) =>
      [...a].sort().join() === [...b].sort().join();
    const named =
      given === undefined
        ? faults.length === 0
        : faults.length === 1 && faults[0].kind === given.kind && same(faults[0].of, given.of);
    return { given, faults, named, restored, readings };
  } finally {
    await client.close();
  }
}

/** What is written down of one board. */
interface ProvedBoard extends BenchedBoard {
  readonly said: readonly string[];
  readonly named: boolean;
  readonly restored: boolean;
}

/**
 * `npm run bench -- board-proof [boards] [reference|xor-nano] [first seed] [--state FILE]`: so many boards with one random fault
 * each, and so many sound ones. Stopped and started again with the same --state it goes on with the next board.
 */
export async function run(args: readonly string[]): Promise<void> {
  const asked = askedBoards(args);
  const started = performance.now();
  const proved: ProvedBoard[] = [];
  const summary = () => {
    const faulty = proved.filter(({ given }) => given !== undefined);
    const sound = proved.filter(({ given }) => given === undefined);
    const found = faulty.filter(({ said }) => said.length > 0).length;
    const named = faulty.filter((board) => board.named).length;
    const alarms = sound.filter((board) => !board.named).length;
    const lost = proved.filter(({ restored }) => !restored).length;
    const seconds = ((performance.now() - started) / 1000).toFixed(0);
    return `${asked.name}: of ${faulty.length} faulty ${found} found, ${named} named alone and right; of ${sound.length} sound ${alarms} alarms; ${lost} not restored; ${seconds} s, load ${loadavg()[0].toFixed(1)}`;
  };
  for await (const boards of eachBoard(asked, async (...one) => [await provedBoard(...one)])) {
    for (const board of boards) {
      proved.push(board);
      const said = board.said.join('; ') || 'nothing';
      if (!board.named) console.log(`board ${board.seed}, ${board.given ?? 'sound'}: said ${said}`);
    }
    if (proved.length % 10 === 0) console.log(summary());
  }
  console.log(summary());
  process.exitCode = proved.every(({ named, restored }) => named && restored) ? 0 : 1;
}

async function provedBoard(name: string, seed: number, kind: FaultKind | undefined): Promise<ProvedBoard> {
  const profile = boardProfile(name);
  const { given, faults, named, restored } = await proveOne(profile, seed, kind);
  const said = faults.map(({ text }) => text);
  const told = given === undefined ? {} : { given: given.text };
  return { profile: profile.name, seed, ...told, said, named, restored };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await run(process.argv.slice(2));
