import type { SessionEvent } from '../experiments/sessions/index.js';

/** What a run is told of: it paused, goes on, failed, was stopped by somebody, is done. */
export type Occasion = 'paused' | 'resumed' | 'failed' | 'stopped' | 'done';

/** What a command is given on its stdin, as one line of JSON. */
export interface Notification {
  readonly event: Occasion;
  readonly run: string;
  readonly text: string;
  /** Code of the error behind it. */
  readonly code?: string;
  /** How long a pause took, s. */
  readonly seconds?: number;
  /** When it happened, ISO 8601; now where left out. */
  readonly at?: string;
}

/** Whether an event is told of by its line in the journal. */
export function isJournalled({ type }: Pick<SessionEvent, 'type'>): boolean {
  return type === 'paused' || type === 'resumed';
}

/** What is to be told of an event of a session; nothing of most. @param run its directory */
export function notificationOf(event: SessionEvent, run: string): Notification | undefined {
  switch (event.type) {
    case 'paused':
      return { event: 'paused', run, text: event.text, code: event.code };
    case 'resumed':
      return { event: 'resumed', run, text: event.text, seconds: event.seconds };
    case 'failed': {
      const { message } = event.error;
      const { code } = event.error as { code?: unknown };
      return { event: 'failed', run, text: message, ...(typeof code === 'string' ? { code } : {}) };
    }
    case 'interrupted':
      return { event: 'stopped', run, text: `stopped in epoch ${event.epoch}; ohmprop resume goes on` };
    case 'finished':
      return { event: 'done', run, text: `all ${event.epochs.length} epochs are done` };
    default:
      return undefined;
  }
}
