import { z } from 'zod';
import { deviceNamesKnown } from './choices.js';
import { quantity } from './settings.js';

/** A learning board as the network of a run: on a line, virtual, or its simulated twin. */
export const boardSchema = z
  .strictObject({
    kind: z.literal('board'),
    device: z.string().meta({
      flag: '--device <name>',
      description:
        'train on a board: virtual, simulated-board, twin:FILE.board.json, /dev/ttyUSB0, serial:V0000001, tcp://host:port',
      more: deviceNamesKnown.names,
    }),
    profile: z.enum(['reference', 'xor-nano', 'xor-nano-as-drawn']).default('reference').meta({
      flag: '--board <profile>',
      description: 'what kind of board it is',
    }),
    parts: z.enum(['nominal', 'drawn']).default('drawn').meta({
      flag: '--parts <how>',
      description: 'parts of a simulated or virtual board, as data sheets say or drawn from the seed',
    }),
    partsSeed: z.number().int().nonnegative().optional().meta({
      flag: '--parts-seed <n>',
      description: "seed of its parts, if other than the run's or its --hardware-seed",
    }),
    mismatch: quantity('1', z.number().min(0).max(0.9).optional()).meta({
      flag: '--mismatch <x>',
      description: 'each of its potentiometers apart, uniform ±x, instead of ±20 % a chip',
    }),
    reads: z
      .union([z.literal(1), z.literal(2), z.literal(4), z.literal(8), z.literal(16)])
      .optional()
      .meta({ description: "conversions a reading: 1, 2, 4, 8 or 16; else the board's own default" }),
    clip: z.number().int().min(1).max(64).default(4).meta({
      description: 'largest move of a potentiometer in one update, taps',
    }),
    calibration: z.string().min(1).optional().meta({
      flag: '--calibration <file>',
      description:
        'what is known of its parts: FILE.board.json, or none for its data sheets (else the newest that is kept of it)',
    }),
    mask: z.string().min(1).optional().meta({
      flag: '--mask <file>',
      description:
        'pots that are never written, stuck or dead ones: a file, or none (else those that board selftest has kept of it)',
    }),
    boardPatience: quantity('s', z.number().nonnegative().optional()).meta({
      flag: '--board-patience <s>',
      description:
        'how long a board that is silent or gone is waited for (default 120); 0 ends the run at once',
    }),
    watchdog: quantity('s', z.number().min(0.05).max(65).optional()).meta({
      flag: '--watchdog <time>',
      description: 'an armed board that hears nothing for so long makes itself safe (default 2 s)',
    }),
    middleBand: quantity('V', z.number().min(0).max(1).optional()).meta({
      flag: '--middle-band <V>',
      description:
        'a run pauses while the middle potential of its board is further off (default 20 mV); 0 never looks',
    }),
    // Not by itself: it is worth most on a board that was calibrated, and what it finds ends a run.
    checkEvery: z.number().int().min(0).optional().meta({
      flag: '--check-every <epochs>',
      description:
        'between epochs, drive a set of inputs and hold what nodes read against parts and taps; a departure ends the run (default 0: never)',
    }),
    updates: z.enum(['board', 'host']).default('board').meta({ description: 'who works updates out' }),
  })
  .meta({ chosenByFlag: true });

/** The part `network` of a run on a learning board, checked and with its defaults. */
export type BoardConfig = z.infer<typeof boardSchema>;
