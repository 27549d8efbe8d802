import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { boardProfile } from '../../devices/boards/index.js';

/** Faults of which boards are given one each, in turn. */
export const faultKinds = ['dead wiper', 'wiper off', 'lost input', 'offset', 'swapped pair'] as const;
export type FaultKind = (typeof faultKinds)[number];

/** What a bench writes down of one board. */
export interface BenchedBoard {
  readonly profile: string;
  readonly seed: number;
  /** Its fault, in words; a sound board has none. */
  readonly given?: string;
}

/** What a bench of boards is asked for: `[boards] [profile] [first seed] [--state FILE] [--minutes N]`. */
export interface AskedBoards {
  readonly boards: number;
  readonly name: string;
  readonly first: number;
  /** Where what was found is kept, one line of JSON a board. */
  readonly state?: string;
  /** No board is begun after so long. */
  readonly minutes?: number;
}

/** @throws OhmpropError `board.profile` for a profile that there is not */
export function askedBoards(args: readonly string[]): AskedBoards {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { state: { type: 'string' }, minutes: { type: 'string' } },
    allowPositionals: true,
  });
  const [count = '100', asked = 'reference', from = '1'] = positionals;
  const { name } = boardProfile(asked);
  const { state, minutes } = values;
  return {
    ...{ boards: Number(count), name, first: Number(from) },
    ...(state === undefined ? {} : { state }),
    ...(minutes === undefined ? {} : { minutes: Number(minutes) }),
  };
}

/**
 * So many boards with one fault each and so many sound ones, one after the other. Stopped and started again with the same `state` it goes
 * on with the next board.
 * @param judge what is found of one board: a line for each way of judging it
 */
export async function* eachBoard<B extends BenchedBoard>(
  { boards, name, first, state, minutes = Number.POSITIVE_INFINITY }: AskedBoards,
  judge: (name: string, seed: number, kind: FaultKind | undefined) => Promise<B[]>,
): AsyncGenerator<B[]> {
  const before: B[] =
    state === undefined || !existsSync(state)
      ? []
      : readFileSync(state, 'utf8')
          .split('\n')
          .slice(0, -1)
          .map((line) => JSON.parse(line));
  const until_ms = performance.now() + 60_000 * minutes;
  for (let seed = first; seed < first + boards; seed++) {
    for (const kind of [faultKinds[seed % faultKinds.length], undefined]) {
      const done = before.filter(
        (b) => b.profile === name && b.seed === seed && (b.given === undefined) === (kind === undefined),
      );
      if (done.length === 0 && performance.now() > until_ms) return;
      const found = done.length > 0 ? done : await judge(name, seed, kind);
      if (done.length === 0 && state !== undefined)
        appendFileSync(state, found.map((b) => `${JSON.stringify(b)}\n`).join(''));
      yield found;
    }
  }
}
