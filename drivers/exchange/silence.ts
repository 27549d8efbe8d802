import { type OhmpropError, runError } from '../../core/index.js';
import { sayingOf, wordsOf } from './line-words.js';
import { speakerOf } from './speakers.js';

/** A timer of this program that comes so much later than it was set shows that the computer is busy, s. */
const BUSY_seconds = 0.25;

/** What was observed on a line while a request got no reply. */
export interface Silence {
  /** Of the line. */
  readonly name: string;
  readonly request: string;
  readonly attempts: number;
  readonly waited_seconds: number;
  /** Something on this line has been answered since it was opened. */
  readonly answered: boolean;
  /** Bytes that came since the line was opened. */
  readonly bytes: number;
  /** While it was waited for: bytes, replies to earlier requests, damaged messages. */
  readonly bytesMeanwhile: number;
  readonly lateReplies: number;
  readonly damaged: number;
  /** Requests of ours that came back since the line was opened. */
  readonly echoes: number;
  /** What came last, and is no message. */
  readonly rest: Uint8Array;
  /** The last bytes that came before anything was answered. */
  readonly heard: Uint8Array;
  /** How much later than it was set a timer of this program came, s. */
  readonly timersLate_seconds: number;
  /** Other programs that have the line open. */
  readonly otherUsers: readonly string[];
}

/** What a line is spoken to for: words for what does not answer there. */
export interface Counterpart {
  /** `board`, `instrument`. */
  readonly name: string;
  /** What it is not, if nothing or something else answers: sentences without a full stop, by what was observed. */
  readonly nothingCame: string;
  readonly somethingElse: string;
}

/**
 * Why a request got no reply, as far as what was observed says. Codes:
 * `line.no-answer` nothing on this line was ever answered; `line.echo` and what was sent came back; `line.foreign` and what came is known
 * to be somebody else's; `line.slow` late replies came, or this computer was busy;
 * `line.noisy` only damaged messages came; `line.silent` what had answered before says nothing.
 */
export function silenceError(silence: Silence, counterpart: Counterpart): OhmpropError {
  const { name, request, attempts, waited_seconds } = silence;
  const [code, why] = diagnose(silence, counterpart);
  const tries = attempts === 1 ? 'one attempt' : `${attempts} attempts`;
  const others =
    silence.otherUsers.length === 0
      ? ''
      : `${silence.otherUsers.join(', ')} has the port open too and takes what is meant for this program: close that one. Otherwise `;
  return runError(
    code,
    `${name}: no answer to "${request}" in ${tries} and ${waited_seconds.toFixed(1)} s; ${others}${why}`,
  );
}

function diagnose(silence: Silence, counterpart: Counterpart): [code: string, why: string] {
  const { answered, bytes, bytesMeanwhile, lateReplies, damaged, echoes, rest, timersLate_seconds } = silence;
  const unknown = `What the ${counterpart.name} did with the request is not known`;
  const busy =
    timersLate_seconds > BUSY_seconds
      ? `this computer is busy: a timer of this program came ${timersLate_seconds.toFixed(1)} s late; run less beside it`
      : undefined;
  if (!answered) {
    if (echoes > 0) {
      return [
        'line.echo',
        `what was sent comes back: the line is looped back, or an echo is switched on, and no ${counterpart.name} answers`,
      ];
    }
    const speaker = bytes > 0 ? (speakerOf(silence.heard) ?? speakerOf(rest)) : undefined;
    const who = speaker === undefined ? '' : `: this is ${speaker}`;
    const what =
      bytes > 0 ? `${counterpart.somethingElse}${sayingOf(wordsOf(rest))}${who}` : counterpart.nothingCame;
    return [
      speaker === undefined ? 'line.no-answer' : 'line.foreign',
      busy === undefined ? what : `${what}; or ${busy}`,
    ];
  }
  if (lateReplies > 0) {
    const late = `late replies came (${lateReplies}), so the line holds: the ${counterpart.name} or this computer is slow`;
    return [
      'line.slow',
      `${late}${busy === undefined ? '' : `; ${busy}`}; be more patient, or run less. ${unknown}`,
    ];
  }
  if (damaged > 0) {
    return [
      'line.noisy',
      `only damaged messages came (${damaged}): another program reads this line too, its rate differs, or cable and ground are bad. ${unknown}`,
    ];
  }
  if (bytesMeanwhile > 0) {
    return [
      'line.noisy',
      `bytes came, but no reply${sayingOf(wordsOf(rest))}: something else speaks on this line. ${unknown}`,
    ];
  }
  if (busy !== undefined) return ['line.slow', `${busy}. ${unknown}`];
  return ['line.silent', `look at cable and supply. ${unknown}`];
}
