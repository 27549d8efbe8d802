import { loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import {
  calibratedSpread,
  dataSheetSpread,
  judgeReadings,
  type KnownParts,
  potDeviation,
} from '../calibration/boards/check/index.js';
import { RandomStream } from '../core/index.js';
import {
  type BoardDrive,
  type BoardParts,
  boardProfile,
  checkDrives,
  converted_V,
  drawParts,
  nominalParts,
  randomTaps,
} from '../devices/boards/index.js';
import { BoardClient, readDriven, readingNoise_V } from '../drivers/board/index.js';
import { InProcessTransport } from '../drivers/virtual-board/index.js';
import { SolvedBoard } from '../solver/board/index.js';
import { boardWith, type GivenFault, giveFault, SwappedCircuit } from './board-proof.js';
import { askedBoards, eachBoard, type FaultKind } from './boards/each-board.js';

// What `board verify` finds of the faults of the self-test's bar (the same boards, faults and seeds), driving only, at random taps:
// by data sheets, and by what a calibration knows (the true parts, each off by a draw of what a calibration leaves open).
//
//   npm run bench -- board-verify [boards] [reference|xor-nano] [first seed] [--state FILE]

/** A fault that moves no reading of the set by more than so many steps of the converter is one that no node can show. */
const SHOWS_steps = 5;

interface VerifiedBoard {
  readonly profile: string;
  readonly seed: number;
  readonly given?: string;
  /** Largest change of a reading by the fault, steps of its converter. */
  readonly shows: number;
  readonly by: 'data sheets' | 'calibration';
  readonly good: boolean;
  /** Largest of any part, σ, and of any node, σ of χ². */
  readonly part: number;
  readonly node: number;
  readonly unseen: number;
}

/** Readings without noise, V. */
function idealReadings(
  parts: BoardParts,
  fault: GivenFault | undefined,
  taps: ArrayLike<number>,
  drives: readonly BoardDrive[],
): number[] {
  const { profile } = parts;
  const solved = new SolvedBoard(parts);
  const circuit = fault?.swapped === undefined ? solved : new SwappedCircuit(solved, fault.swapped);
  const resistance_ohm = Float64Array.from(parts.calibration.resistance_ohm, (table, e) => table[taps[e]]);
  return drives.flatMap(({ inputs_mV, nudges_mV }) => {
    const asked = [
      ...inputs_mV.flatMap((mV) => [mV / 1000, -mV / 1000]),
      ...[profile.bias_V, -profile.bias_V],
      ...nudges_mV.map((mV) => mV / 1000),
    ];
    const converters = [...parts.sources, ...parts.nudges];
    const source_V = Float64Array.from(asked, (v, s) => converted_V(converters[s], v, profile.middle_V));
    const node_V = new Float64Array(profile.hidden + profile.outputs);
    circuit.solve(resistance_ohm, source_V, node_V);
    return Array.from(node_V, (v, n) => converted_V(parts.readers[n], v, profile.middle_V));
  });
}

/** The parts as a calibration would have them: each off by a draw of what it leaves open. */
function calibrated(parts: BoardParts, seed: number): KnownParts {
  const { profile } = parts;
  const random = new RandomStream(seed, 'calibration');
  const s = calibratedSpread;
  const common = [random.normal() * s.readerOffset_V, random.normal() * s.readerGain];
  return {
    by: 'calibration',
    spread: s,
    parts: {
      ...parts,
      calibration: {
        ...parts.calibration,
        resistance_ohm: parts.calibration.resistance_ohm.map((table) =>
          table.map((r, tap) => r * Math.exp(potDeviation(profile, s, tap) * random.normal())),
        ),
      },
      sources: parts.sources.map((c) => ({
        gain: c.gain + s.sourceGain * random.normal(),
        offset_V: c.offset_V + s.sourceOffset_V * random.normal(),
        bow_V: c.bow_V + s.sourceBow_V * random.normal(),
      })),
      diodes: parts.diodes.map((group) =>
        group.map((d) => ({ ...d, IS: d.IS * Math.exp(s.diode * random.normal()) })),
      ),
      readers: parts.readers.map((c) => ({
        ...c,
        gain: c.gain + common[1],
        offset_V: c.offset_V + common[0] + s.reader_steps * profile.reader.step_V * random.normal(),
      })),
      leakage_A: parts.leakage_A.map((a) => a + s.leakage_A * random.normal()),
      middle_V: parts.middle_V + s.middle_V * random.normal(),
    },
  };
}

async function verified(name: string, seed: number, kind: FaultKind | undefined): Promise<VerifiedBoard[]> {
  const profile = boardProfile(name);
  const parts = drawParts(profile, seed);
  const given = kind === undefined ? undefined : giveFault(parts, kind, seed);
  const client = await BoardClient.open(new InProcessTransport(boardWith(parts, given, seed)));
  const taps = randomTaps(profile, seed);
  await client.writeTaps(taps);
  const drives = checkDrives(profile, client.use);
  const readings_V = await readDriven(client, drives);
  const { use } = client;
  await client.close();
  const sound_V = idealReadings(parts, undefined, taps.taps, drives);
  const faulty_V = given === undefined ? sound_V : idealReadings(given.parts, given, taps.taps, drives);
  const shows = Math.max(...sound_V.map((v, i) => Math.abs(v - faulty_V[i]))) / profile.reader.step_V;
  const known: KnownParts[] = [
    { parts: nominalParts(profile), spread: dataSheetSpread, by: 'data sheets' },
    calibrated(parts, seed),
  ];
  const found: VerifiedBoard[] = [];
  for (const k of known) {
    const verdict = await judgeReadings(k, {
      ...{ use, taps: taps.taps, drives, readings_V },
      noise_V: readingNoise_V(profile),
    });
    found.push({
      ...{ profile: name, seed, shows, by: k.by as VerifiedBoard['by'], good: verdict.good },
      ...(given === undefined ? {} : { given: given.text }),
      part: verdict.worst.part,
      node: verdict.worst.node,
      unseen: verdict.unseen.length,
    });
  }
  return found;
}

export async function run(args: readonly string[]): Promise<void> {
  const asked = askedBoards(args);
  const { name } = asked;
  const all: VerifiedBoard[] = [];
  for await (const boards of eachBoard<VerifiedBoard>(asked, verified)) all.push(...boards);
  for (const by of ['data sheets', 'calibration'] as const) {
    const these = all.filter((b) => b.by === by);
    const faulty = these.filter(({ given }) => given !== undefined);
    const sound = these.filter(({ given }) => given === undefined);
    const showing = faulty.filter(({ shows }) => shows >= SHOWS_steps);
    const found = (of: readonly VerifiedBoard[]) => of.filter(({ good }) => !good).length;
    const most = (of: (b: VerifiedBoard) => number) => Math.max(...sound.map(of)).toFixed(1);
    console.log(
      `${name} by ${by}: found ${found(showing)} of ${showing.length} that a node can show (${SHOWS_steps} steps), ${found(faulty)} of all ${faulty.length}; ${found(sound)} alarms on ${sound.length} sound (largest part ${most((b) => b.part)} σ, node ${most((b) => b.node)} σ); ${(sound.reduce((s, b) => s + b.unseen, 0) / sound.length).toFixed(0)} wipers not seen on average; load ${loadavg()[0].toFixed(1)}`,
    );
    for (const b of showing.filter(({ good }) => good)) {
      console.log(
        `  not found: board ${b.seed}, ${b.given}, shows ${b.shows.toFixed(1)} steps; part ${b.part.toFixed(1)} σ, node ${b.node.toFixed(1)} σ`,
      );
    }
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await run(process.argv.slice(2));
