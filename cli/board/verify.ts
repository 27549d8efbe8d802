import { z } from 'zod';
import { runError } from '../../core/index.js';
import { type BoardClient, terminalName } from '../../drivers/board/index.js';
import {
  type BoardCheck,
  checkBoard,
  partsByDataSheet,
  unseenText,
} from '../../experiments/composition/index.js';
import { yesOption } from '../consent.js';
import { type Answer, defineCommand } from '../frame/index.js';
import type { Io } from '../io.js';
import { identityOf, lineOptions, lineTo, port, withBoard } from './open-board.js';
import { provedBoard } from './selftest.js';

export const verifyCommand = defineCommand({
  options: z.strictObject({
    port,
    moves: z.boolean().default(false).meta({
      flag: '--moves',
      description: 'then prove every wiper by moving it, as selftest does; asks first, puts all taps back',
    }),
    yes: yesOption,
    ...lineOptions,
  }),
  examples: [
    'ohmprop board verify /dev/ttyUSB0',
    'ohmprop board verify serial:V0000001 --moves --yes --json',
  ],
  notes:
    'Drives: a fixed set of inputs and nudges within the board’s limits, each at 0 again before the next and at the end (switched inputs rest at one side); no wiper moves without --moves. What nodes read is held against what the parts, within their tolerance, and the taps let expect; a departure names the node. An error of 16 taps that this set cannot see at the present taps is said, wiper by wiper. Exit code 1 where something departs.',
  async answer(asked, { io }) {
    const { moves, ...rest } = asked;
    if (!moves) {
      return withBoard(io, lineTo(asked, io), { board: asked.board }, async (client) =>
        answerOf(client, await checked(io, client)),
      );
    }
    let driven: Answer | undefined;
    const proven = await provedBoard(io, rest, async (client) => {
      driven = answerOf(client, await checked(io, client));
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
}

async function checked(_io: Io, client: BoardClient): Promise<Checked> {
  const before = await client.counters();
  const check = await checkBoard(client, partsByDataSheet(client.profile), { cause: true });
  const { pulses } = await client.counters();
  return { check, wiperSteps: pulses - before.pulses };
}

function answerOf(client: BoardClient, { check, wiperSteps }: Checked): Answer {
  const { profile, transport } = client;
  const { good, nodes, departures, causeText, suspects, unseen, by, drives } = check;
  const name = (node: number) => terminalName(profile, profile.sources + node);
  const tightest = Math.max(...nodes.map(({ sigma_V }) => 3000 * sigma_V));
  const lines = good
    ? [
        `ok     all ${nodes.length} nodes read what is expected under ${drives.length} sets of inputs (by ${by}; within ${tightest.toFixed(0)} mV or better)`,
      ]
    : [
        ...departures.map((text) => `FAILED ${text}`),
        ...(departures.length > 0
          ? []
          : ['FAILED nodes together read what no parts within their tolerance make']),
      ];
  const cause =
    causeText !== undefined
      ? `one thing alone explains it: ${causeText}`
      : 'no single wiper, source or converter explains it; "ohmprop board selftest" finds out what it is';
  const said = [
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
      good,
      by,
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
          failure: runError(
            'board.verify',
            `${transport.name}: ${departures[0] ?? 'its nodes together read what no parts within their tolerance make'}`,
          ),
        }),
  };
}
