import { runError } from '../../core/index.js';
import { type BoardProfile, boardProfiles } from '../../devices/boards/index.js';
import { PayloadReader } from './payload.js';

/** By the number that stands for it on the line. */
export const tapsAtStarts = ['power-on', 'kept', 'written-again'] as const;

/**
 * What a start did with a board's taps: set them as power-on does, kept them and touched no wiper, or told every wiper the tap
 * that it remembers, because a bootloader hides whether the supply had gone.
 */
export type TapsAtStart = (typeof tapsAtStarts)[number];

/** What a board says of itself in answer to `hello`. */
export interface BoardDescription {
  readonly protocol: number;
  readonly firmware: string;
  /** It can tell the taps behind an update with its report: firmware 2.1. */
  readonly tellsTaps: boolean;
  readonly profile: BoardProfile;
  readonly payloadMax: number;
  readonly actPayloadMax: number;
  readonly boots: number;
  readonly pulses: number;
  readonly lastUpdate: number;
  /** MCUSR of the processor, a sum of 1 power-on, 2 reset pin, 4 brown-out, 8 watchdog; 0 where a bootloader hides it. */
  readonly resetCause: number;
  readonly armed: boolean;
  /** What its last start did with the taps. */
  readonly tapsAtStart: TapsAtStart;
  /** An update that a reset has cut off between two pots, 0 for none: the taps are then neither those before nor those behind it. */
  readonly cutShort: number;
  /** CRC-32 of its taps and residuals: `tapsHash` in devices/boards. */
  readonly tapsHash: number;
  readonly serial: string;
}

/** Firmware that this driver was written for: the same major version, at least this minor one. */
export const firmwareWanted = { major: 2, minor: 0 } as const;

/**
 * Reads the answer to `hello` and holds it against what this driver knows of the board.
 * @throws OhmpropError `board.firmware` or `board.mismatch`, naming both sides
 */
export function readDescription(payload: Uint8Array, where: string): BoardDescription {
  const head = payload.length >= 10 ? new PayloadReader(payload) : undefined;
  if (head === undefined || payload.length < 57) {
    throw runError(
      'board.firmware',
      `${where}: its description has ${payload.length} bytes; this is not a learning board`,
    );
  }
  const protocol = head.u8();
  const [major, minor, patch] = [head.u8(), head.u8(), head.u8()];
  const firmware = `${major}.${minor}.${patch}`;
  if (major !== firmwareWanted.major || minor < firmwareWanted.minor) {
    throw runError(
      'board.firmware',
      `${where}: the board has firmware ${firmware}, this driver needs ${firmwareWanted.major}.${firmwareWanted.minor} or a later ${firmwareWanted.major}.x; flash the committed .hex`,
    );
  }
  const id = head.u8();
  const shape = [head.u8(), head.u8(), head.u8(), head.u8(), head.u8()];
  const stops = [head.u8(), head.u8()];
  const payloadMax = head.u8();
  const actPayloadMax = head.u8();
  const offset = head.u8();
  head.u8();
  const limits = [head.u16(), head.i16(), head.u16(), head.u16()];
  const nudge_nS = head.u32();
  const [boots, pulses, lastUpdate] = [head.u16(), head.u32(), head.u32()];
  const [resetCause, armed, atStart] = [head.u8(), head.u8() === 1, head.u8()];
  const tapsAtStart = tapsAtStarts[atStart] ?? 'power-on';
  const [cutShort, tapsHash] = [head.u32(), head.u32()];
  const serial = head
    .text(8)
    .replace(/[^\x20-\x7e]/g, '')
    .trim();
  const name = head.text(head.left);
  const profile = boardProfiles.find((p) => p.id === id);
  if (profile === undefined) {
    throw runError(
      'board.mismatch',
      `${where}: a "${name}" board; this driver knows ${boardProfiles.map((p) => p.name).join(', ')}`,
    );
  }
  compare(where, profile, {
    'inputs, sources, hidden nodes, outputs, pots': [
      shape,
      [profile.inputs, profile.sources, profile.hidden, profile.outputs, profile.pots],
    ],
    'least and most tap': [stops, [profile.tapMin, profile.tapMax]],
    'resistance offset': [[offset], [profile.resistanceOffset]],
    'limits of input, bias, nudge and target, mV': [
      limits,
      [profile.inputLimit_V, profile.bias_V, profile.nudgeLimit_V, profile.targetLimit_V].map((v) =>
        Math.round(v * 1000),
      ),
    ],
    'nudge conductance, nS': [[nudge_nS], [Math.round(profile.nudgeConductance_S * 1e9)]],
  });
  return {
    protocol,
    firmware,
    tellsTaps: minor >= 1,
    profile,
    payloadMax,
    actPayloadMax,
    boots,
    pulses,
    lastUpdate,
    resetCause,
    armed,
    tapsAtStart,
    cutShort,
    tapsHash,
    serial,
  };
}

function compare(
  where: string,
  profile: BoardProfile,
  figures: Readonly<Record<string, readonly [got: readonly number[], want: readonly number[]]>>,
): void {
  for (const [what, [got, want]] of Object.entries(figures)) {
    if (got.every((value, i) => value === want[i])) continue;
    throw runError(
      'board.mismatch',
      `${where}: ${what} of this ${profile.name} board are ${got.join(', ')}, this driver expects ${want.join(', ')}; flash the committed .hex`,
    );
  }
}
