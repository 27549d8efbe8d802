export { SolvedBoard } from './board-circuit.js';
export { DiodeWithResistance } from './diode-with-resistance.js';
export { SimulatedBoard, type SimulatedBoardOptions } from './simulated-board.js';
