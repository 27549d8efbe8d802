export { SolvedBoard } from './board-circuit.js';
