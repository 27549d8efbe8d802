/** Operations of the board protocol; see firmware/PROTOCOL.md. */
export interface Operation {
  readonly code: number;
  readonly name: string;
  /** Changes something: the board keeps the reply, so that a retry never acts twice. */
  readonly acts: boolean;
}

const operation = (code: number, name: string, acts = false): Operation => ({ code, name, acts });

/** Every operation of the protocol by name, with its code on the line. */
export const operations = {
  hello: operation(0x01, 'hello'),
  ping: operation(0x02, 'ping'),
  arm: operation(0x03, 'arm', true),
  stop: operation(0x04, 'stop'),
  status: operation(0x05, 'status'),
  configure: operation(0x06, 'configure', true),
  setUpdate: operation(0x07, 'set-update', true),
  setSerial: operation(0x08, 'set-serial', true),
  readTaps: operation(0x10, 'read-taps'),
  writeTaps: operation(0x11, 'write-taps', true),
  moveTaps: operation(0x12, 'move-taps', true),
  connect: operation(0x13, 'connect', true),
  setInputs: operation(0x20, 'set-inputs', true),
  readNodes: operation(0x21, 'read-nodes'),
  measure: operation(0x22, 'measure'),
  step: operation(0x23, 'step', true),
  readContrast: operation(0x24, 'read-contrast'),
} as const;

/** Set in the operation byte of a reply. */
export const replyBit = 0x80;

/** What a board says without being asked; sequence 0. */
export const events = { boot: 0xc0, safe: 0xc1 } as const;
/** MCUSR of the processor, bit by bit. */
const RESETS: readonly string[] = ['power-on', 'its reset pin', 'brown-out', 'its watchdog timer'];

/** Why a board started, in words. */
export function resetCauses(bits: number): string {
  const causes = RESETS.filter((_, bit) => (bits & (1 << bit)) !== 0);
  return causes.length === 0 ? 'its bootloader does not pass on why' : causes.join(', ');
}

/** Why a board made itself safe. */
export const safeCauses: Readonly<Record<number, string>> = {
  1: 'its watchdog heard nothing from the host',
  2: 'it was told to stop',
};

/** Status byte that every reply begins with; all but `ok` are refusals. */
export const status = {
  ok: 0,
  unknownOperation: 1,
  badLength: 2,
  outOfRange: 3,
  disarmed: 4,
  otherSession: 5,
  outOfOrder: 6,
  otherVersion: 7,
  stopped: 8,
  stale: 9,
  hardware: 10,
} as const;

/** What each refusal means and what to do about it. */
export const statusMeaning: Readonly<Record<number, string>> = {
  1: 'it does not know this operation: its firmware is older than this driver; flash the committed .hex',
  2: 'the request has the wrong length: firmware and driver disagree; flash the committed .hex',
  3: 'a value is out of range',
  4: 'it is disarmed: its watchdog may have heard nothing for too long; arm it again after reading its state',
  5: 'it belongs to another session: somebody else has opened it, or it has started again',
  6: 'the parts of an update came out of order: a part was lost; begin the update again',
  7: 'it speaks another version of the protocol',
  8: 'it was stopped in an emergency: open it again',
  9: 'the request is older than one it has already carried out',
  10: 'a part of the board did not answer: look at its wiring and supply',
};

/** Quantities that a refusal for range names. */
export const quantities: Readonly<Record<number, string>> = {
  1: 'pot',
  2: 'tap of pot',
  3: 'input, mV,',
  4: 'nudge, mV,',
  5: 'target, mV,',
  6: 'count at',
  7: 'gain of layer',
  8: 'clip, taps,',
  9: 'reads a value',
  10: 'settling time, µs,',
  11: 'watchdog, ms,',
  12: 'update id',
  13: 'outputs in use',
};
