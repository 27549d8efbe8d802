import { inputError, type OhmpropError, quoted, runError } from '../../../core/index.js';
import type { ProgramVersion } from '../trial.js';

/** Names of everything of ours in a Redis. */
export const PREFIX = 'ohmprop';

/** Where a study has its workers end what they compute of it. */
export const stopKeyOf = (id: string): string => `${PREFIX}-stop-${id}`;

/** A queue for each program: a worker of another version or commit never takes a trial whose numbers it might not get. */
export function queueNameOf({ version, commit }: ProgramVersion): string {
  return `trials-${version}${commit === undefined ? '' : `-${commit.slice(0, 12)}${commit.endsWith('-dirty') ? '-dirty' : ''}`}`;
}

/** How long until a Redis that is away is asked again, ms. */
const AGAIN_MS = 1000;

/** A Redis server by its address, and whether it is there. */
export class RedisLink {
  /** Options of a connection, as BullMQ takes them. */
  readonly connection: {
    readonly url: string;
    readonly maxRetriesPerRequest: null;
    readonly retryStrategy: () => number | null;
  };
  /** Its address for people: without a password. */
  readonly address: string;
  /** Rejects where what answers is no Redis that can be used. */
  readonly broken: Promise<never>;
  private breaks: (error: OhmpropError) => void = () => undefined;
  private isAway = false;
  private isOver = false;

  /**
   * @param say told once when it goes away, and when it is back
   * @throws `study.redis` (exit code 2) where `url` is none
   */
  constructor(
    url: string,
    private readonly say: (text: string) => void,
  ) {
    this.address = requireRedisUrl(url);
    this.connection = {
      url,
      maxRetriesPerRequest: null,
      retryStrategy: () => (this.isOver ? null : AGAIN_MS),
    };
    this.broken = new Promise((_, reject) => {
      this.breaks = reject;
    });
    this.broken.catch(() => undefined);
  }

  /** It is not asked again: a process that waits for it could not end. */
  end(): void {
    this.isOver = true;
  }

  /** Of whatever goes over it. */
  readonly onError = (error: Error): void => {
    if (/NOAUTH|WRONGPASS|ERR AUTH|invalid password/i.test(error.message)) {
      this.breaks(
        inputError(
          'study.redis',
          `${this.address} wants another password; give it as redis://:PASSWORD@HOST:PORT`,
        ),
      );
    } else if (/Protocol error|version needs to be/i.test(error.message)) {
      this.breaks(
        inputError('study.redis', `${this.address} is no Redis that can be used: ${error.message}`),
      );
    } else if (
      !this.isAway &&
      /ECONN|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOST|EPIPE|closed/i.test(
        error.message + (error as NodeJS.ErrnoException).code,
      )
    ) {
      this.isAway = true;
      this.say(
        `${this.address} is away (${(error as NodeJS.ErrnoException).code ?? error.message}); waiting for it`,
      );
    }
  };

  readonly onReady = (): void => {
    if (this.isAway) this.say(`${this.address} is back`);
    this.isAway = false;
  };
}

/**
 * An address of a Redis as people may see it: without its password.
 * @throws `study.redis` (exit code 2) where it is none
 */
export function requireRedisUrl(text: string): string {
  let url: URL;
  try {
    url = new URL(text);
  } catch (cause) {
    throw inputError(
      'study.redis',
      `${quoted(text)}: needs an address such as redis://127.0.0.1:6379`,
      cause as Error,
    );
  }
  if (!['redis:', 'rediss:'].includes(url.protocol) || url.hostname === '') {
    throw inputError(
      'study.redis',
      `${quoted(text.replace(/:[^:@/]*@/, ':…@'))}: needs an address such as redis://127.0.0.1:6379`,
    );
  }
  return `${url.protocol}//${url.host}${url.pathname === '/' ? '' : url.pathname}`;
}

/** What is thrown where someone asked for the end. */
export const stopped = (): OhmpropError => runError('study.stopped', 'asked to end');

/** A call to a Redis that may be away, given up where it cannot be used or somebody asks for the end. */
export async function answerOf<T>(call: Promise<T>, link: RedisLink, signal: AbortSignal): Promise<T> {
  call.catch(() => undefined);
  let end: () => void = () => undefined;
  const asked = new Promise<never>((_, reject) => {
    end = () => reject(stopped());
    if (signal.aborted) end();
    signal.addEventListener('abort', end, { once: true });
  });
  try {
    return await Promise.race([call, asked, link.broken]);
  } finally {
    signal.removeEventListener('abort', end);
  }
}
