export { cells, type Deck, driven, mesh, network, SEED, step, threshold } from './decks.js';
export { type Cost, costOf } from './equal-error.js';
export { asCommand, errorOf, type Found, oneStep, ours, theirs } from './runs.js';
