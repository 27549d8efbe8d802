export { type BoardFault, potName, terminalName } from './board-fault.js';
export { type BoardProof, proveBoard } from './prove-board.js';
export { readDriven, readingNoise_V } from './read-driven.js';
