export { isLineAddress, standingLine } from './standing-line.js';
export { type StopReport, stopBoard } from './stop-board.js';
