export { type Clock, wallClock } from './clock.js';
export { TransportListeners } from './listeners.js';
export type { Transport } from './transport.js';
