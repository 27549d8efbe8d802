export { boardNetlist, placeName } from './board-netlist.js';
