import { type BoardProfile, boardProfiles, nominalParts } from '../../devices/boards/index.js';
import type { Circuit, CircuitBench } from './circuits.js';
import { Sensitivities } from './sensitivities.js';
import { Unknowns } from './unknowns.js';

/** Of the pump's control, V: as drawn it moves an output by 0.2 V and more, as meant by some mV. */
const CONTROL_V = 0.375;
/** Of all pots: some 13 kΩ. */
const TAP = 30;

/** Which of the boards that one firmware runs on this is, and what told. */
export interface WhichBoard {
  readonly profile: BoardProfile;
  /** What the nudges' control moved the first output by, V; undefined where one board alone has this firmware. */
  readonly moved_V?: number;
  /** What it should on each, V. */
  readonly expected_V?: Readonly<Record<string, number>>;
}

/** Moves the first nudge and looks which board's output would go that far. */
export async function whichBoard(bench: CircuitBench, told: BoardProfile): Promise<WhichBoard> {
  const candidates = boardProfiles.filter(({ firmware }) => firmware === told.firmware);
  if (candidates.length === 1) return { profile: told };
  const inputs_mV = new Array<number>(told.inputs).fill(Math.round(1000 * told.inputLimit_V));
  const nudged = (v: number) => [1000 * v, ...new Array<number>(told.outputs - 1).fill(0)];
  const circuit: Circuit = {
    closed: Array.from({ length: told.pots }, (_, e) => e),
    taps: new Uint8Array(told.pots).fill(TAP),
    drives: [CONTROL_V, -CONTROL_V].map((v) => ({ inputs_mV, nudges_mV: nudged(v) })),
  };
  const nodes = told.hidden + told.outputs;
  const swing = (readings_V: Float64Array) =>
    Math.abs(readings_V[told.hidden] - readings_V[nodes + told.hidden]) / 2;
  const moved_V = swing((await bench.observe(circuit)).readings_V);
  const expected = candidates.map((profile) => {
    const unknowns = new Unknowns(profile);
    const model = new Sensitivities(unknowns, nominalParts(profile), () => -1);
    return { profile, moved_V: swing(model.readings(circuit)) };
  });
  const off = ({ moved_V: there }: { moved_V: number }) =>
    Math.abs(Math.log((moved_V + 1e-4) / (there + 1e-4)));
  const [nearest] = [...expected].sort((a, b) => off(a) - off(b));
  return {
    profile: nearest.profile,
    moved_V,
    expected_V: Object.fromEntries(expected.map(({ profile, moved_V: there }) => [profile.name, there])),
  };
}
