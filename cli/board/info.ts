import { z } from 'zod';
import { resetCauses, tapsAtStartText } from '../../drivers/board/index.js';
import { defineCommand } from '../frame/index.js';
import { lineOptions, lineTo, port, withBoard } from './open-board.js';

/** Of verbs that change nothing. */
export const LOOKS = 'Looks: nothing is driven, no potentiometer moves.';

export const infoCommand = defineCommand({
  options: z.strictObject({ port, ...lineOptions }),
  examples: ['ohmprop board info /dev/ttyUSB0', 'ohmprop board info virtual --board xor-nano --json'],
  notes: LOOKS,
  answer: (asked, { io }) =>
    withBoard(io, lineTo(asked, io), { board: asked.board }, async (client) => {
      const { profile, firmware, protocol, serial, resetCause, tapsAtStart, cutShort, tapsHash } =
        client.description;
      const status = await client.status();
      const facts = {
        line: client.transport.name,
        board: profile.name,
        serial,
        firmware,
        protocol,
        inputs: profile.inputs,
        hidden: profile.hidden,
        outputs: profile.outputs,
        pots: profile.pots,
        taps: `${profile.tapMin} … ${profile.tapMax}`,
        inputLimit_V: profile.inputLimit_V,
        nudgeLimit_V: profile.nudgeLimit_V,
        lastStart: `${resetCauses(resetCause)}; ${tapsAtStartText[tapsAtStart]}`,
        resetCause,
        tapsAtStart,
        tapsHash: tapsHash.toString(16).padStart(8, '0'),
        ...(cutShort === 0 ? {} : { cutShort }),
        ...status,
        linkErrors: client.counts.crcErrors + client.counts.framingErrors,
      };
      const lines = Object.entries(facts).map(([name, value]) => `${name}: ${value}`);
      return { text: lines.join('\n'), json: facts };
    }),
});
