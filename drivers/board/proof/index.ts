export { type BoardFault, potName, terminalName } from './board-fault.js';
export { type BoardProof, proveBoard } from './prove-board.js';
export { type DrivenClient, readDriven, readingNoise_V } from './read-driven.js';
