export {
  defaultPatience_seconds,
  Exchange,
  type ExchangeCounters,
  type ExchangeOptions,
} from './exchange.js';
export { sayingOf, saysInUse, wordsOf } from './line-words.js';
export type { ExchangeRequest, RequestLimits } from './request.js';
export type { Counterpart, Silence } from './silence.js';
