import { potsInUse, type Taps, writeDifferingTaps } from '../../../devices/boards/index.js';
import type { BoardClient } from '../board-client.js';
import type { BoardFault } from './board-fault.js';
import { proveConnections } from './connections.js';
import { proveConverters, proveNudges } from './converters.js';
import { ProofBench } from './proof-bench.js';
import { proveWipers } from './wipers.js';
import { proveWipersByNull } from './wipers-by-null.js';

/** What was proven of a board. */
export interface BoardProof {
  readonly faults: readonly BoardFault[];
  /** Wipers that were seen to move as told, or not to; the others hang on something that is lost. */
  readonly wipers: number;
  /** What else was seen, in sentences. */
  readonly remarks: readonly string[];
  /** Small circuits that were set up and read. */
  readonly readings: number;
}

/**
 * Proves a board's parts by what they do: every pot joins what it should, every source, node and nudge reads right over its
 * range, every wiper moves as told. Opens pots, moves wipers, drives inputs and nudges to their limits; between two circuits
 * inputs and nudges are at rest. Afterwards taps, residuals and connections are as they were, also where it fails.
 * @param before how taps and residuals are to be left
 * @param stage hears what is being proven, and how often something was read
 */
export async function proveBoard(
  client: BoardClient,
  before: Taps,
  stage: (what: string, readings: number) => void = () => {},
): Promise<BoardProof> {
  const { profile } = client;
  let what = 'connections';
  const { taps } = await client.readTaps();
  const bench: ProofBench = new ProofBench(client, taps, () => stage(what, bench.readings));
  try {
    await bench.rest();
    const { faults, sound } = await proveConnections(bench);
    const lost = new Set(
      faults
        .filter(
          ({ kind, of }) =>
            kind === 'lost-input' ||
            kind === 'lost-bias' ||
            // Inputs are driven the other way round then; biases cannot be.
            (kind === 'swapped-sources' && of[0] >= profile.sources - 2),
        )
        .flatMap(({ of }) => of),
    );
    what = 'converters';
    const converters = await proveConverters(bench, sound, lost);
    const nudges = await proveNudges(bench, converters.zero_V);
    what = 'wipers';
    const prove = profile.binaryInputs ? proveWipersByNull : proveWipers;
    const wipers = await prove(bench, sound, lost, converters.zero_V);
    return {
      faults: [...faults, ...converters.faults, ...nudges.faults, ...wipers.faults],
      wipers: wipers.proven.size,
      remarks: nudges.remarks,
      readings: bench.readings,
    };
  } finally {
    await bench.rest();
    await writeDifferingTaps(client, await client.readTaps(), before);
    await client.connectOnly(potsInUse(profile, client.use));
  }
}
