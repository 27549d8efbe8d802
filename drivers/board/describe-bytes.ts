import { type Frame, FrameReader } from '../framing/index.js';
import { type LineDescriber, LineLog } from '../transport/index.js';
import { wordsOf } from './line-words.js';
import { events, operations, replyBit, resetCauses, safeCauses, statusMeaning } from './operations-table.js';

/** Zeros in a row that stop a board. */
const STOPPING_ZEROS = 8;

/** A log of the board protocol. @param onTrouble hears that it can no longer be written */
export function boardLineLog(onTrouble?: (text: string) => void): LineLog {
  return new LineLog(() => new BoardDescriber(), onTrouble);
}

/** Says what bytes of the board protocol are, direction by direction. */
class BoardDescriber implements LineDescriber {
  private said: string[] = [];
  private readonly readers = {
    '>': new FrameReader((frame) => this.said.push(describeRequest(frame))),
    '<': new FrameReader((frame) => this.said.push(describeReply(frame))),
  };

  describe(direction: '<' | '>', bytes: Uint8Array): string {
    const reader = this.readers[direction];
    const { damaged } = reader;
    reader.push(bytes);
    if (reader.damaged > damaged) this.said.push(`${reader.damaged - damaged} damaged`);
    if (direction === '>' && bytes.length >= STOPPING_ZEROS && bytes.every((byte) => byte === 0)) {
      this.said.push('emergency stop');
    }
    const words = this.said.length === 0 ? wordsOf(bytes) : undefined;
    if (words !== undefined) this.said.push(`text ${JSON.stringify(words)}`);
    const text = this.said.join('; ');
    this.said = [];
    return text;
  }
}

const names = new Map(Object.values(operations).map(({ code, name }) => [code, name]));
const nameOf = (code: number) => names.get(code) ?? `operation 0x${code.toString(16).padStart(2, '0')}`;
const viewOf = ({ payload }: Frame) => new DataView(payload.buffer, payload.byteOffset, payload.length);

/** What requests say that a reader of a log looks for, by operation, with the bytes that this needs. */
const requestDetails: Readonly<Record<number, [bytes: number, say: (view: DataView) => string]>> = {
  [operations.arm.code]: [
    3,
    (view) => (view.getUint8(0) === 0 ? 'off' : `on, watchdog ${view.getUint16(1, true)} ms`),
  ],
  [operations.setUpdate.code]: [4, (view) => `last update ${view.getUint32(0, true)}`],
  [operations.readTaps.code]: [2, potsOf(0)],
  [operations.writeTaps.code]: [2, potsOf(0)],
  [operations.readContrast.code]: [2, potsOf(0)],
  [operations.moveTaps.code]: [6, (view) => `update ${view.getUint32(0, true)}, ${potsOf(4)(view)}`],
  [operations.measure.code]: [2, (view) => `${view.getUint8(1)} examples`],
  [operations.step.code]: [
    7,
    (view) =>
      `update ${view.getUint32(0, true)}, part ${view.getUint8(4)}${(view.getUint8(5) & 1) === 1 ? ', the last' : ''}, ${view.getUint8(6)} examples`,
  ],
};

function potsOf(at: number): (view: DataView) => string {
  return (view) => `${view.getUint8(at + 1)} pots from ${view.getUint8(at)}`;
}

function describeRequest(frame: Frame): string {
  const { operation, sequence, session, payload } = frame;
  const [least, say] = requestDetails[operation] ?? [Number.POSITIVE_INFINITY, () => ''];
  const detail = payload.length >= least ? `: ${say(viewOf(frame))}` : '';
  const whose =
    operation === operations.hello.code ? `, session ${session.toString(16).padStart(8, '0')}` : '';
  return `${nameOf(operation)} #${sequence}${whose}${detail}`;
}

function describeReply(frame: Frame): string {
  const { operation, sequence, status, payload } = frame;
  if (sequence === 0 && operation === events.boot) return `event: started (${resetCauses(payload[0])})`;
  if (sequence === 0 && operation === events.safe) {
    return `event: made itself safe (${safeCauses[payload[0]] ?? `cause ${payload[0]}`})`;
  }
  if ((operation & replyBit) === 0) return `${nameOf(operation)} #${sequence} comes back`;
  const what = `reply to ${nameOf(operation & ~replyBit)} #${sequence}`;
  if (status !== 0) return `${what}: refused, ${statusMeaning[status] ?? `status ${status}`}`;
  return payload.length === 0 ? `${what}: done` : `${what}: done, ${payload.length} bytes`;
}
