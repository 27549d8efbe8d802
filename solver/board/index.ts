export { SolvedBoard } from './board-circuit.js';
export { SimulatedBoard, type SimulatedBoardOptions } from './simulated-board.js';
