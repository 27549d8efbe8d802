import { z } from 'zod';
import { runError } from '../../core/index.js';
import { boardProfile } from '../../devices/boards/index.js';
import { type BoardClient, keptMask, terminalName } from '../../drivers/board/index.js';
import {
  type BoardCheck,
  calibrationFor,
  checkBoard,
  partsByCalibration,
  partsByDataSheet,
  unseenText,
} from '../../experiments/composition/index.js';
import { yesOption } from '../consent.js';
import { type Answer, defineCommand } from '../frame/index.js';
import { type Io, printLine } from '../io.js';
import { WorkBar } from '../work-bar.js';
import { identityOf, lineOptions, lineTo, port, withBoard } from './open-board.js';
import { provedBoard } from './selftest.js';

export const verifyCommand = defineCommand({
  options: z.strictObject({
    port,
    moves: z.boolean().default(false).meta({
      flag: '--moves',
      description: 'then prove every wiper by moving it, as selftest does; asks first, puts all taps back',
    }),
    calibration: z.string().min(1).optional().meta({
      flag: '--calibration <file>',
      description:
        'what it is judged by: FILE.board.json, or none for data sheets (else the newest kept of it)',
    }),
    yes: yesOption,
    ...lineOptions,
  }),
  examples: [
    'ohmprop board verify /dev/ttyUSB0',
    'ohmprop board verify serial:V0000001 --moves --yes --json',
  ],
  notes:
    'Drives: a fixed set of inputs and nudges within the board’s limits, each at 0 again before the next and at the end (switched inputs rest at one side); no wiper moves without --moves. What nodes read is held against what the parts and the taps let expect: parts by the newest calibration that is kept of this board, within what drifts, else by data sheets, within their tolerance; the answer says which. A departure names the node. An error of 16 taps that this set cannot see at the present taps is said, wiper by wiper. Exit code 1 where something departs.',
  async answer(asked, { io }) {
    const { moves, calibration, ...rest } = asked;
    // One that is made for the command is no board that was calibrated before.
    const by = calibration ?? (asked.port === 'virtual' ? 'none' : undefined);
    const judgedBy = { calibration: by, board: asked.board, standing: asked.port !== 'virtual' };
    if (!moves) {
      return withBoard(io, lineTo(asked, io), { board: asked.board }, async (client) =>
        answerOf(client, await checked(io, client, judgedBy)),
      );
    }
    let driven: Answer | undefined;
    const proven = await provedBoard(io, rest, async (client) => {
      driven = answerOf(client, await checked(io, client, judgedBy));
    });
    if (driven === undefined) return proven;
    const failure = driven.failure ?? proven.failure;
    return {
      text: `${driven.text}\n${proven.text}`,
      json: { ...(driven.json as object), moves: proven.json },
      ...(failure === undefined ? {} : { failure }),
    };
  },
});

interface Checked {
  readonly check: BoardCheck;
  readonly wiperSteps: number;
  /** As what board it was judged. */
  readonly board: string;
  /** The calibration that it was judged by. */
  readonly file: string | undefined;
}

async function checked(
  io: Io,
  client: BoardClient,
  asked: {
    readonly calibration: string | undefined;
    readonly board: string | undefined;
    readonly standing: boolean;
  },
): Promise<Checked> {
  const { identity: serial, profile, transport } = client;
  const { calibration, warnings } = await calibrationFor(asked.calibration, {
    serial,
    firmware: profile.firmware,
  });
  for (const warning of warnings) printLine(io.stderr, `${transport.name}: ${warning}`);
  const known =
    calibration === undefined
      ? partsByDataSheet(asked.board === undefined ? profile : boardProfile(asked.board))
      : partsByCalibration(calibration);
  const mask = asked.standing ? await keptMask(serial, profile) : undefined;
  const masked = new Set(mask?.pots.map(({ pot }) => pot));
  if (masked.size > 0)
    printLine(
      io.stderr,
      `${transport.name}: masked pots count as anything: ${[...masked].join(', ')} (${mask?.path})`,
    );
  const bar = new WorkBar(io, '{what} {bar} {value} of {total}');
  try {
    const before = await client.counters();
    const check = await checkBoard(
      client,
      { ...known, masked },
      {
        cause: true,
        told: (what, done, of) => bar.update(done, of, what),
      },
    );
    const { pulses } = await client.counters();
    const file = calibration?.path;
    return { check, wiperSteps: pulses - before.pulses, board: known.parts.profile.name, file };
  } finally {
    bar.stop();
  }
}

function answerOf(client: BoardClient, { check, wiperSteps, board, file }: Checked): Answer {
  const { profile, transport } = client;
  const { good, nodes, departures, causeText, suspects, unseen, by, drives } = check;
  const name = (node: number) => terminalName(profile, profile.sources + node);
  const tightest = Math.max(...nodes.map(({ sigma_V }) => 3000 * sigma_V));
  const lines = good
    ? [
        `ok     all ${nodes.length} nodes read what is expected under ${drives.length} sets of inputs (by ${by}; within ${tightest.toFixed(0)} mV or better)`,
      ]
    : departures.map((text) => `FAILED ${text}`);
  const cause =
    causeText !== undefined
      ? causeText
      : 'no single wiper, source or converter explains it; "ohmprop board selftest" finds out what it is';
  const said = [
    ...(good || file !== undefined
      ? []
      : [`judged by ${by} of a ${board} board; "ohmprop board calibrate" finds what its parts are`]),
    ...(good || file === undefined ? [] : [`judged by ${by}, ${file}`]),
    ...(good ? [] : [cause]),
    ...(unseen.length === 0
      ? [unseenText(profile, check)]
      : [`${unseenText(profile, check)}; --moves proves them`]),
    `${wiperSteps} wiper steps`,
  ];
  return {
    text: [...lines, ...said.map((text) => `       ${text}`)].join('\n'),
    json: {
      ...identityOf(client),
      ...{ good, by, judgedAs: board, calibration: file ?? null },
      sets: drives.length,
      nodes: nodes.map(({ node, drive, chi2Sigmas: _, ...rest }) => ({
        node: name(node),
        ...rest,
        inputs_V: drives[drive].inputs_mV.map((mV) => mV / 1000),
        nudges_V: drives[drive].nudges_mV.map((mV) => mV / 1000),
      })),
      departures: [...departures],
      suspects: suspects.slice(0, 5).map((suspect) => ({ ...suspect })),
      ...(causeText === undefined ? {} : { cause: causeText }),
      unseenWipers: [...unseen],
      wiperSteps,
    },
    ...(good
      ? {}
      : {
          failure: runError('board.verify', `${transport.name}: ${departures[0]}`),
        }),
  };
}
