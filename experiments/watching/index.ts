export { FolderFollower } from './folder-follower.js';
export { type Admitted, type Asked, Guard, type Refusal } from './serving/guard.js';
export { type PageOptions, type ServedPage, type Stopped, servePage } from './serving/page-server.js';
export type {
  BoardHealth,
  Columns,
  Confusion,
  HeldTold,
  JournalEntry,
  MapTold,
  RunFacts,
  Told,
} from './told.js';
