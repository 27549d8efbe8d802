export { PacedTeam, threadsOf } from './paced-team.js';
