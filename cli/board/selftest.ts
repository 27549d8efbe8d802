import { z } from 'zod';
import { OhmpropError, runError } from '../../core/index.js';
import {
  type BoardClient,
  type BoardProof,
  forgetKeptTaps,
  keepMask,
  keepTaps,
  keptMask,
  type MaskedPot,
  maskText,
  proveBoard,
} from '../../drivers/board/index.js';
import { requireConsent, yesOption } from '../consent.js';
import { type Answer, defineCommand } from '../frame/index.js';
import type { Io } from '../io.js';
import { WorkBar } from '../work-bar.js';
import { type AskedBoard, identityOf, lineOptions, port } from './open-board.js';
import { tapsToLeave, withTapsKept } from './taps-kept.js';

/** Readings that a self-test takes, about. */
const EXPECTED_READINGS = 480;

export const selftestCommand = defineCommand({
  options: z.strictObject({ port, yes: yesOption, ...lineOptions }),
  examples: [
    'ohmprop board selftest /dev/ttyUSB0 --yes',
    'ohmprop board selftest virtual --board xor-nano --json',
  ],
  notes:
    'Moves: every wiper to several test values, inputs and nudges to the board’s limits; every pot, input, node and converter is proven by what a node then does, and a fault is named. It asks first; taps from before are kept in a file and put back exactly, also after Ctrl-C. A virtual board, made for the command, is not asked about.',
  answer: (asked, { io }) => provedBoard(io, asked),
});

/** What a self-test is asked of: a board on a line, and whether it may move it without a question. */
export interface AskedProof extends AskedBoard {
  readonly port: string;
  readonly yes: boolean;
}

/** Proves a board, after something else has been done with it where that is wanted. @throws as commands do that move something */
export async function provedBoard(
  io: Io,
  asked: AskedProof,
  before: (client: BoardClient) => Promise<void> = async () => {},
): Promise<Answer> {
  return withTapsKept(io, asked, {}, async (client, file) => {
    await before(client);
    const standing = asked.port !== 'virtual';
    return answerOf(io, client, file, standing ? () => consent(io, client, asked.yes) : async () => {});
  });
}

async function consent(io: Io, client: BoardClient, yes: boolean): Promise<void> {
  const { profile, transport, identity } = client;
  const what = `${transport.name}: moves all ${profile.pots} potentiometers of ${profile.name} board ${identity} to several test values and back (some ${(profile.pots * 1000).toLocaleString('en')} wiper steps); inputs up to ±${profile.inputLimit_V} V, nudges up to ±${profile.nudgeLimit_V} V`;
  await requireConsent(io, what, yes);
}

/** What keeps a pot from being written to any use. */
const STUCK = new Set(['dead-wiper', 'open-pot']);

/** Keeps stuck and dead pots with the board's record, beside those that a person named; what is sound again is taken out. */
async function maskedBy(client: BoardClient, { faults }: BoardProof, all: boolean): Promise<string[]> {
  const { identity, profile, transport } = client;
  const found = faults
    .filter(({ kind, among }) => among === 'pot' && STUCK.has(kind))
    .flatMap(({ of, kind }) =>
      of.map((pot): MaskedPot => ({ pot, why: kind.replace('-', ' '), found: 'selftest' })),
    );
  try {
    const before = (await keptMask(identity, profile))?.pots ?? [];
    const isFound = new Set(found.map(({ pot }) => pot));
    const stay = before.filter((one) => !isFound.has(one.pot) && (one.found === 'hand' || !all));
    const pots = [...stay, ...found].sort((a, b) => a.pot - b.pot);
    if (pots.length === 0 && before.length === 0) return [];
    const path = await keepMask(identity, pots);
    if (path === undefined) return [];
    if (pots.length === 0) return [`no pot is masked any longer (${path})`];
    return [maskText({ path, serial: identity, pots })];
  } catch (error) {
    if (!(error instanceof OhmpropError)) throw error;
    return [`${transport.name}: ${error.message}; no mask is kept`];
  }
}

async function answerOf(
  io: Io,
  client: BoardClient,
  file: string | undefined,
  ask: () => Promise<void>,
): Promise<Answer> {
  const { profile } = client;
  const everyByte = Uint8Array.from({ length: 200 }, (_, i) => (i * 37) & 0xff);
  const echo = await client.ping(everyByte);
  const lineGood = Buffer.compare(echo, everyByte) === 0;
  const { lastUpdate, ...before } = await tapsToLeave(io, client, file);
  await ask();
  if (file !== undefined) await keepTaps(file, before, lastUpdate);
  const bar = new WorkBar(io, '{what} {bar} {value} readings');
  let proof: BoardProof;
  try {
    proof = await proveBoard(client, before, (what, readings) =>
      bar.update(readings, EXPECTED_READINGS, what),
    );
  } finally {
    bar.stop();
  }
  if (file !== undefined) forgetKeptTaps(file);
  const { crcErrors, framingErrors, retries } = client.counts;
  const linkErrors = crcErrors + framingErrors;
  const { faults, wipers, remarks, readings } = proof;
  const hidden = profile.pots - wipers;
  const has = (...kinds: readonly string[]) => faults.some(({ kind }) => kinds.includes(kind));
  const checks = [
    { good: lineGood, check: 'line: 200 bytes come back as they went' },
    ...(has('open-pot', 'swapped-pots')
      ? []
      : [
          {
            good: true,
            check: `pots: each of ${profile.pots}, closed alone, moves its own node and no other`,
          },
        ]),
    ...(has('lost-input', 'lost-bias', 'swapped-sources')
      ? []
      : [{ good: true, check: `inputs: all ${profile.sources} sources drive as told, either way` }]),
    ...(has('lost-node', 'swapped-nodes', 'offset', 'converter')
      ? []
      : [{ good: true, check: 'converters: no offset, no region that is off' }]),
    ...(has('lost-nudge')
      ? []
      : [{ good: true, check: `nudges: all ${profile.outputs} move their output both ways` }]),
    ...(has('dead-wiper', 'wiper-off')
      ? []
      : [{ good: true, check: `wipers: ${wipers} of ${profile.pots} move as they are told` }]),
    ...faults.map(({ text }) => ({ good: false, check: text })),
    { good: linkErrors === 0, check: `link: ${linkErrors} errors, ${retries} retries` },
  ];
  const failed = checks.filter(({ good }) => !good).length;
  const notProven =
    hidden === 0
      ? []
      : [
          `${hidden} wipers are not proven: what they hang on is faulty, or too far from its data sheet to measure them against`,
        ];
  const masks = file === undefined ? [] : await maskedBy(client, proof, hidden === 0);
  const said = [...remarks, ...notProven, ...masks];
  return {
    text: [
      ...checks.map(({ good, check }) => `${good ? 'ok    ' : 'FAILED'} ${check}`),
      ...said.map((text) => `       ${text}`),
    ].join('\n'),
    json: {
      ...identityOf(client),
      checks,
      faults: faults.map((fault) => ({ ...fault, of: [...fault.of] })),
      ...{ wipersProven: wipers, wipers: profile.pots, readings, remarks: said, failed },
    },
    ...(failed === 0
      ? {}
      : {
          failure: runError(
            'board.selftest',
            `${client.transport.name}: ${failed} checks failed: ${checks.find(({ good }) => !good)?.check}`,
          ),
        }),
  };
}
