import type { Event } from './state.js';

/** How the line to the server is, in words. */
export type Connection = 'wait' | 'live' | 'lost';

/** A machine that slept finds its line dead without being told: so long without a word, ms. */
const SILENCE_ms = 40_000;
const AGAIN_ms = 1000;

/**
 * Listens to the server. A line that breaks is opened again, and goes on behind the last event that was heard; so it is after a sleep.
 */
export function listen(take: (event: Event) => void, say: (how: Connection) => void): void {
  let heard = '';
  let heardAt = performance.now();
  let source: EventSource | undefined;
  let again: number | undefined;
  const open = () => {
    clearTimeout(again);
    source?.close();
    source = new EventSource(heard === '' ? 'events' : `events?heard=${encodeURIComponent(heard)}`);
    source.onopen = () => {
      heardAt = performance.now();
      say('live');
    };
    source.onmessage = ({ data, lastEventId }) => {
      heard = lastEventId;
      heardAt = performance.now();
      take(JSON.parse(data) as Event);
    };
    source.addEventListener('here', () => {
      heardAt = performance.now();
    });
    source.onerror = () => {
      say('lost');
      if (source?.readyState === EventSource.CLOSED) again = window.setTimeout(open, AGAIN_ms);
    };
  };
  open();
  const look = () => {
    if (document.visibilityState === 'visible' && performance.now() - heardAt > SILENCE_ms) open();
  };
  setInterval(look, 5000);
  document.addEventListener('visibilitychange', look);
  window.addEventListener('online', open);
}
